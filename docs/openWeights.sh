#!/usr/bin/env bash
# Makes the weights that this package ships, and the tables of RESULTS.md about them: bash docs/openWeights.sh DATA, in the root of a checkout
# that is built. DATA holds the open datasets by folder. Stores, runs and reports appear beside configs/. What is finished is not done again;
# what was stopped goes on.
set -euo pipefail
data=$1
panluna() { node dist/cli/main.js "$@"; }

# Stores: windows as tasks want them, and for pretraining short ones that do not overlap.
for recipe in eegmat adhd troika stress-predict; do panluna prepare "$data/$recipe" --recipe "$recipe" --output "stores/$recipe"; done
for recipe in ptbxl ptbxl-raw; do
  panluna prepare "$data/ptbxl" --recipe "$recipe" --output "stores/$recipe"
  panluna prepare "$data/ptbxl" --recipe "$recipe" --window 5 --hop 5 --output "stores/pretrain/$recipe"
done
panluna prepare "$data/welltory" --recipe welltory --window 8 --hop 4 --output stores/welltory
panluna prepare "$data/welltory" --recipe welltory --window 10 --hop 10 --output stores/pretrain/welltory
panluna prepare "$data/mitdb" --recipe mitdb --window 10 --hop 10 --output stores/pretrain/mitdb
panluna prepare "$data/troika" --recipe troika --window 8 --hop 8 --output stores/pretrain/troika
panluna prepare "$data/stress-predict" --recipe stress-predict --window 10 --hop 10 --output stores/pretrain/stress-predict
panluna prepare "$data/muse" --recipe muse-erp --window 5 --hop 5 --output stores/pretrain/muse-erp
panluna prepare "$data/muse" --recipe muse-sequence --window 4 --hop 4 --output stores/pretrain/muse-sequence

# The encoder, and how much of hidden patches it explains on people it never saw.
panluna pretrain configs/pretrain-open.yaml runs/open/pretrained
npx tsx weights/make.ts --encoder runs/open/pretrained/best.safetensors --commit "$(git rev-parse --short HEAD)"
panluna evaluate runs/open/pretrained --output reports/open/pretrained

# A head with adapters for each task, on the encoder as it ships, and what it reaches on the test people.
heads=()
for task in mental-workload adhd ecg-superclass heart-rate wrist-stress; do
  panluna finetune "configs/open/$task.yaml" "runs/open/$task"
  heads+=(--task "$task=runs/open/$task/head.safetensors")
done
npx tsx weights/make.ts "${heads[@]}"
judge() { panluna evaluate "$1" --split-file configs/splits/open.json --output "reports/open/$1" "${@:2}"; }
judge mental-workload --store stores/eegmat --ablation --robustness --baseline prior,linear
judge adhd --store stores/adhd --robustness --baseline prior,linear
judge ecg-superclass --store stores/ptbxl --robustness --baseline prior,linear
judge heart-rate --store stores/troika --ablation --robustness --baseline prior,rate
judge wrist-stress --store stores/stress-predict --robustness --baseline prior,linear
