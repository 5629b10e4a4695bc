namespace ControlPlane.Api.Live;

/// <summary>Something that changed, written once for everybody.</summary>
/// <param name="Id">Of the row; empty for the system.</param>
/// <param name="Version">Place in this node's log.</param>
/// <param name="Body">The row as JSON.</param>
/// <param name="At">Timestamp of when it was written.</param>
/// <param name="Closing">The system turned BLOCKED: this entry is sent to everybody, also when it is open again by then.</param>
internal sealed record LiveEntry(LiveKind Kind, string Id, long Version, ReadOnlyMemory<byte> Body, long At, bool Closing = false);
