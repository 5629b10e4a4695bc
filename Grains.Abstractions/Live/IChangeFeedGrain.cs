using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Change feed: providers and bots announce their changes, so that nodes need not poll each of them. In memory only:
/// what is lost with an activation is found by the nodes' own round of every second. Key 0.</summary>
[Alias("cp.IChangeBoardGrain")]
public interface IChangeFeedGrain : IGrainWithIntegerKey
{
    /// <summary>Something about these changed; what it is now is theirs to say.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("Changed")]
    Task Changed(ChangedSubjects subjects);

    /// <summary>Answers when something changed after the request's position, or after its hold time with nothing.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:03"), Alias("WaitForChanges")]
    Task<ChangeNotice> WaitForChanges(ChangeRequest request);
}

/// <summary>Ids of what changed.</summary>
[GenerateSerializer, Immutable, Alias("cp.ChangedSubjects")]
public sealed record ChangedSubjects([property: Id(0)] ImmutableArray<string> Providers, [property: Id(1)] ImmutableArray<string> Bots)
{
    public static ChangedSubjects None { get; } = new([], []);
}

/// <summary>A node asks for what changed after its position.</summary>
/// <param name="Activation">The activation that the position belongs to; another one answers with <see cref="ChangeNotice.All"/>.</param>
/// <param name="HoldMs">How long the request may be held open, at most 1,000 ms.</param>
[GenerateSerializer, Immutable, Alias("cp.ChangeRequest")]
public sealed record ChangeRequest([property: Id(0)] Guid Activation, [property: Id(1)] long Position, [property: Id(2)] int HoldMs);

/// <summary>What changed since a position.</summary>
/// <param name="All">True when the changes are unknown: anything may have changed.</param>
[GenerateSerializer, Immutable, Alias("cp.ChangeNotice")]
public sealed record ChangeNotice(
    [property: Id(0)] Guid Activation,
    [property: Id(1)] long Position,
    [property: Id(2)] bool All,
    [property: Id(3)] ChangedSubjects Subjects);
