namespace ControlPlane.Dashboard.Link;

/// <summary>What is known of the connection; spans are on the monotonic clock.</summary>
/// <param name="Open">The socket is up and a snapshot came over it.</param>
/// <param name="SinceBeat">Since the last beat or snapshot of an open connection.</param>
/// <param name="SinceLost">Since the connection was lost, or the first try failed; null while neither happened.</param>
public sealed record LinkFacts(bool Open, TimeSpan SinceBeat, TimeSpan? SinceLost, bool HasValues, bool Online, bool SessionOver);
