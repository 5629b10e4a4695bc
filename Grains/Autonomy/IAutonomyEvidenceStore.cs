using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Autonomy;

/// <summary>What a bot's autonomy rests on, from its traces, its calls and the audit log; and the table <c>autonomy_scores</c>.
/// Methods throw when the store cannot be read or written.</summary>
internal interface IAutonomyEvidenceStore
{
    /// <summary>Everything since <paramref name="from"/>, in buckets of an hour.</summary>
    /// <param name="settledBy">Older orders without a fill count as not filled; younger ones do not count yet.</param>
    /// <param name="names">In which symbols are the same; null for their canonical form without aliases.</param>
    Task<AutonomyEvidence> ReadAsync(string botId, DateTimeOffset from, DateTimeOffset settledBy, CancellationToken cancellationToken, SymbolNames? names = null);

    /// <summary>Registered bots with a call, a cycle or a decision since <paramref name="since"/>; all when it is null.</summary>
    Task<ImmutableArray<string>> BotsWithEvidenceAsync(DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>Adds to the heartbeats of an hour.</summary>
    Task AddHeartbeatsAsync(string botId, DateTimeOffset at, long kept, long missed, CancellationToken cancellationToken);

    Task AppendScoreAsync(string botId, AutonomyStep step, CancellationToken cancellationToken);

    /// <summary>The last scores, newest first.</summary>
    Task<ImmutableArray<AutonomyStep>> ScoresAsync(string botId, int limit, CancellationToken cancellationToken);

    /// <summary>The last score of every bot that has one.</summary>
    Task<ImmutableDictionary<string, double?>> LastScoresAsync(CancellationToken cancellationToken);
}
