# Short names for what the README spells out.
.PHONY: check dev bench format

check: ## all tests, as CI runs them
	mvn -B -ntp verify

dev: ## a server on port 8080 with a data directory of its own
	./howdah serve --data data/dev

bench: ## every benchmark
	for program in $$(find bench -type f -perm -u+x); do "$$program" || exit 1; done

format: ## the code style
	mvn -q -B spotless:apply
