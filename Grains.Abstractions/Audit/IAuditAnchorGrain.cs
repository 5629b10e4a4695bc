using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>One silo's anchor of the audit log. The key is the silo's address; it answers from that silo alone.</summary>
[Alias("cp.IAuditAnchorGrain")]
public interface IAuditAnchorGrain : IGrainWithStringKey
{
    /// <summary>Holds this silo's anchor against the log. Null when this is not that silo.</summary>
    [Alias("Compare")]
    Task<NodeAnchor?> Compare();

    /// <summary>The newest entry that this silo's anchor holds; null without one.</summary>
    [Alias("Newest")]
    Task<AnchoredEntry?> Newest();
}

[GenerateSerializer, Immutable, Alias("cp.AnchoredEntry")]
public sealed record AnchoredEntry([property: Id(0)] long Sequence, [property: Id(1)] string Hash);

/// <summary>What a node's anchor says of the log.</summary>
/// <param name="Node">The node that keeps it.</param>
/// <param name="Entries">How many entries it holds.</param>
/// <param name="Newest">The newest of them; null without any.</param>
/// <param name="Covers">The newest of them that the log holds as it was: with the chain, all before it are covered.</param>
/// <param name="Differs">The first that the log holds otherwise.</param>
/// <param name="Lacking">Those that the log lacks.</param>
/// <param name="Problem">What is wrong with the anchor itself, or why the node did not answer; null without a problem.</param>
[GenerateSerializer, Immutable, Alias("cp.NodeAnchor")]
public sealed record NodeAnchor(
    [property: Id(0)] string Node,
    [property: Id(1)] long Entries,
    [property: Id(2)] long? Newest,
    [property: Id(3)] long? Covers,
    [property: Id(4)] long? Differs,
    [property: Id(5)] ImmutableArray<AuditRange> Lacking,
    [property: Id(6)] string? Problem);

/// <summary>Entries from one to another, both included.</summary>
[GenerateSerializer, Immutable, Alias("cp.AuditRange")]
public sealed record AuditRange([property: Id(0)] long From, [property: Id(1)] long To);
