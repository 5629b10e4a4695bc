namespace ControlPlane.Grains;

/// <summary>The store could not read or write. After a write its outcome is unknown: reload before going on.
/// The message is ours; it holds neither SQL nor values.</summary>
public class StoreUnavailableException(string message) : Exception(message);

/// <summary>More work waits than the store takes; nothing of the call was written, and it may be tried again.</summary>
public sealed class StoreBusyException() : StoreUnavailableException("The store has more work than it can take at the moment.");

/// <summary>A row with this key exists already; nothing of the call was written.</summary>
public sealed class StoreConflictException(string message) : Exception(message);
