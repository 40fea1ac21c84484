#!/usr/bin/env bash
# Trains and judges every task of RESULTS.md: bash docs/realTasks.sh DATA, in the root of a checkout that is built. DATA holds the folders
# ptbxl, eegmat and troika. Stores, runs and reports appear beside configs/. What is finished is not done again.
set -euo pipefail
data=$1
panluna() { node dist/cli/main.js "$@"; }

for recipe in ptbxl eegmat troika; do panluna prepare "$data/$recipe" --recipe "$recipe" --output "stores/$recipe"; done

for seed in 1 2 3; do
  panluna finetune configs/ptbxl-superclass.yaml "runs/ptbxl/s$seed" --set "seed=$seed"
  for fold in 0 1 2 3 4; do
    for sensors in eeg,ecg eeg ecg; do
      panluna finetune configs/eegmat-arithmetic.yaml "runs/eegmat-${sensors/,/-}/s$seed/f$fold" \
        --set "seed=$seed" --set "split.fold=$fold" --set "sensors=[$sensors]"
    done
  done
  for fold in 0 1 2; do
    for sensors in ecg,ppg ecg ppg; do
      panluna finetune configs/troika-heart-rate.yaml "runs/troika-${sensors/,/-}/s$seed/f$fold" \
        --set "seed=$seed" --set "split.fold=$fold" --set "sensors=[$sensors]"
    done
  done
done

panluna evaluate runs/ptbxl --average-seeds --baseline prior,linear --output reports/ptbxl
for sensors in eeg-ecg eeg ecg; do
  panluna evaluate "runs/eegmat-$sensors" --average-seeds --baseline prior,linear --output "reports/eegmat-$sensors"
done
panluna evaluate runs/eegmat-eeg-ecg --average-seeds --ablation --output reports/eegmat-ablation
for sensors in ecg-ppg ecg ppg; do
  panluna evaluate "runs/troika-$sensors" --average-seeds --baseline prior,rate --output "reports/troika-$sensors"
done
