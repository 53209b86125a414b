// Owns the sound of a new question, and the choice for it. Not when there is one (notification.ts).
import { signal } from '@preact/signals';
import { readStored, storeValue } from '../state/browser-storage.ts';

const storageKey = 'spiderpig.sound';

/** Whether the user wants to hear a new question. */
export const soundChosen = signal(readStored(storageKey) === 'on');

/** Stores the choice, and plays the sound so that the user knows it. */
export function chooseSound(chosen: boolean): void {
  soundChosen.value = chosen;
  storeValue(storageKey, chosen ? 'on' : 'off');
  if (chosen) playSound();
}

/** Two short tones, if the user wants them. Browsers keep silent until the user has clicked somewhere on the page. */
export function playSound(): void {
  if (!soundChosen.value || typeof AudioContext === 'undefined') return;
  const audio = new AudioContext();
  const tones = [660, 880];
  for (const [index, frequency] of tones.entries()) {
    const [oscillator, volume] = [audio.createOscillator(), audio.createGain()];
    const begin = audio.currentTime + index * 0.18;
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.16);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(begin);
    oscillator.stop(begin + 0.17);
    if (index === tones.length - 1) oscillator.onended = () => void audio.close();
  }
}
