package dev.kvasir.run;

import dev.kvasir.hop.CacheTransport;

/** What islands find where their worker stands: the way to other workers, and the documents that lie there. */
record WorkerGround(CacheTransport transport, LocalDocuments documents) {}
