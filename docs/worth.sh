#!/usr/bin/env bash
# What the shipped encoder is worth: every task from scratch, with a frozen encoder, with LoRA and in full, from all, a quarter and a tenth of the
# training people, three seeds of each, on the same test people; then the tables of RESULTS.md.
#   bash docs/worth.sh                     all of it, in the root of a checkout that is built; stores/ as docs/openWeights.sh prepares them
#   PEOPLE=0.25 TASKS="adhd" SEEDS=1 JOBS=2 bash docs/worth.sh
# Trainings run JOBS at a time, one thread each. What is finished is not done again; what was stopped goes on.
set -euo pipefail
tasks=${TASKS:-mental-workload adhd ecg-superclass heart-rate wrist-stress}
people=${PEOPLE:-0.25 0.1 1}
seeds=${SEEDS:-1 2 3}
jobs=${JOBS:-$(nproc)}

# Fewer people, more passes: a tenth of the people in as many epochs would be a tenth of the steps. mental-workload validates at the end, see there.
epochs() {
  declare -A all=([mental-workload]=8 [adhd]=8 [ecg-superclass]=8 [heart-rate]=16 [wrist-stress]=5)
  declare -A times=([1]=1 [0.25]=2 [0.1]=4)
  local count=$((${all[$1]} * ${times[$2]})) every=${times[$2]}
  if [ "$1" = mental-workload ]; then every=$count; fi
  echo "--set epochs=$count --set validation.every=$every"
}

# What learns, with the learning rates that are usual for it; heads start alike. Records of ptbxl-raw are in ptbxl's test, too, so that this task takes one store.
settings() {
  declare -A modes=(
    [scratch]="--set init=null --set mode=full --set optimizer.lr=5e-4 --set optimizer.layerDecay=1 --set stochasticDepth=0.1 --set head.start=whitened"
    [frozen]="--set mode=frozen --set optimizer.lr=1e-3"
    [lora]="--set mode=lora --set optimizer.lr=5e-4 --set stochasticDepth=0"
    [full]="--set mode=full --set optimizer.lr=5e-4 --set stochasticDepth=0"
  )
  echo "${modes[$1]}"
}

trainings() {
  local share seed task mode store
  for share in $people; do
    for seed in $seeds; do
      for task in $tasks; do
        store=""
        if [ "$task" = ecg-superclass ]; then store="--set stores=[../../stores/ptbxl]"; fi
        for mode in scratch lora frozen full; do
          echo "configs/open/$task.yaml runs/worth/$task/$share/$mode/s$seed $(epochs "$task" "$share") $(settings "$mode") $store" \
            "--threads 1 --set seed=$seed --set people=$share" # xargs takes a line that ends in a blank to go on
        done
      done
    done
  done
}

trainings | xargs -P "$jobs" -L 1 node dist/cli/main.js finetune

for task in $tasks; do
  baselines=prior,linear
  if [ "$task" = heart-rate ]; then baselines=prior,rate; fi
  for share in $people; do
    runs=runs/worth/$task/$share reports=reports/worth/$task/$share average=""
    if [ "$seeds" != 1 ]; then average=--average-seeds; fi
    node dist/cli/main.js evaluate "$runs/scratch" --against "$runs/frozen,$runs/lora,$runs/full" $average --output "$reports/scratch"
    node dist/cli/main.js evaluate "$runs/lora" --against "$runs/frozen,$runs/full" --baseline "$baselines" $average --output "$reports/lora"
  done
done
npx tsx docs/worthTables.ts reports/worth
