package dev.kvasir.run;

import dev.kvasir.graph.Graph;
import dev.kvasir.graph.Plan;

/**
 * A run's graph with the run's overrides in it.
 *
 * @param plan how each edge is to run, as decided when the run started
 */
record RunGraph(Graph graph, Plan plan) {}
