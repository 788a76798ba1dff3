#!/usr/bin/env bash
# From a clean checkout to the published tables, on a CPU, offline once the environment stands.
#
#     make reproduce
#
# Give the same command again after an interruption: what is finished stays, training goes on from its last checkpoint.
# Costs are of two cores, the lower one without anything else to do: half an hour to an hour in all.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BIN:-.venv-dev/bin}
work=${WORK:-runs/reproduce}
synthetic="data/corpus/test.jsonl data/corpus/unseen_actors.jsonl"

# What a step has written last is its proof that it came to its end.
step() { # PROOF COMMAND...
    if [ -e "$1" ]; then echo "there already: $1"; else echo "+ ${*:2}" && "${@:2}"; fi
}

# 1. The embedded model, judged again on both synthetic files and on the behaviour checklist. It also learnt from published
#    news that cannot be given away, so it cannot be trained again from here, but its scores can be had again: to the digit.
#    One minute to two.
step "$work/embedded/metrics.json" "$bin/zawiya" evaluate --model models/default --data $synthetic --behaviour \
    --without target_blind --without tfidf --out "$work/embedded"

# 2. The same architecture from the synthetic corpus alone, which anyone has: encoder, config and data lie in the repository.
#    Five epochs over 2,826 sentences, calibration, export: ten to twenty minutes.
step "$work/synthetic/README.md" "$bin/zawiya" train configs/train/default.yaml \
    --set name=zawiya-synthetic --set out="$work/synthetic"

# 3. Its tables, beside what it has to be held against. TF-IDF with logistic regression takes half a minute to learn; the
#    target-blind model is the same training once more, without a word of who is asked about: ten to twenty minutes.
step "$work/judged/metrics.json" "$bin/zawiya" evaluate --model "$work/synthetic" --data $synthetic --behaviour \
    --cache "$work/baselines" --out "$work/judged"

# 4. Both against what is published: every score within its published interval. A second.
"$bin/python" benchmarks/reproduced.py "$work/embedded/metrics.json" models/default/evaluation.json --exactly
"$bin/python" benchmarks/reproduced.py "$work/judged/metrics.json" benchmarks/results/reproduced.json
