package dev.kvasir.run;

import dev.kvasir.hop.CacheTransport;
import dev.kvasir.tool.Toolbox;

/** What islands find where their worker stands: the way to other workers, the documents that lie there, and the
 * tools that can be called from there. */
record WorkerGround(CacheTransport transport, LocalDocuments documents, Toolbox tools) {}
