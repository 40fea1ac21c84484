#!/usr/bin/env bash
# What leaving a sensor out while pretraining is worth when a sensor, channels or clean signals are missing later: two short pretrainings, the same but for
# `modalityDropout`, heads of the tasks with two sensors on both, and their curves side by side: bash docs/modalityDropout.sh, in the root of a checkout that
# is built; stores/ as docs/openWeights.sh prepares them. What is finished is not done again; what was stopped goes on.
set -euo pipefail
steps=${STEPS:-1000}
panluna() { node dist/cli/main.js "$@"; }

for dropout in 0 0.2; do
  panluna pretrain configs/pretrain-open.yaml "runs/modality/$dropout/encoder" --set "steps=$steps" --set "modalityDropout=$dropout"
  for task in mental-workload heart-rate; do
    for seed in 1 2 3; do
      panluna finetune "configs/open/$task.yaml" "runs/modality/$dropout/$task/s$seed" --set "seed=$seed" \
        --set "init=../../runs/modality/$dropout/encoder/best.safetensors" --set modalityDropout=0
    done
  done
done
for task in mental-workload heart-rate; do
  panluna evaluate "runs/modality/0.2/$task" --against "runs/modality/0/$task" --average-seeds --ablation --robustness --output "reports/modality/$task"
done
