#!/bin/sh
# Example: starts a deployment with the terminal client, and notifies a person when it waits for an answer. Needs neither a webhook nor another program.
# usage: until-question.sh CHANGE…
spiderpig start --until-question "$@"
case $? in
  0) echo "deployed" ;;
  5) echo "An answer is needed: spiderpig queue shows which job waits" ;; # here: send a mail
  *) exit 1 ;;
esac
