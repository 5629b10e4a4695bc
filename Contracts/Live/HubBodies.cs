using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Everything as it stands: the answer to <c>Subscribe()</c>.</summary>
/// <param name="StreamId">One a connection's subscription; messages of another stream are to be ignored.</param>
/// <param name="Seq">The next message has this plus one.</param>
public sealed record HubSnapshot(
    string StreamId,
    long Seq,
    SystemStatusAnswer System,
    IReadOnlyList<IntegrationRow> Integrations,
    IReadOnlyList<BotRow> Bots,
    IReadOnlyList<UnavailableRow> Unavailable);

/// <summary>Message <c>system</c>: the system's status changed.</summary>
public sealed record HubSystem(string StreamId, long Seq, SystemStatusAnswer System);

/// <summary>Message <c>integration</c>: a row changed.</summary>
public sealed record HubIntegration(string StreamId, long Seq, IntegrationRow Integration);

/// <summary>Message <c>bot</c>: a row changed.</summary>
public sealed record HubBot(string StreamId, long Seq, BotRow Bot);

/// <summary>Message <c>usage</c>: counters of an integration moved; at most every 250 ms a row.</summary>
public sealed record HubUsage(string StreamId, long Seq, UsageFiguresRow Usage);

/// <summary>Message <c>beat</c>, every second: <paramref name="Seq"/> is that of the last message sent before it.</summary>
/// <param name="ValidForMs">How long the node's gate lease still runs; 0 when it has run out and nothing may be shown as OK.</param>
public sealed record HubHeartbeat(string StreamId, long Seq, long Epoch, long Version, long ValidForMs, DateTimeOffset? ValidUntil, DateTimeOffset At);

/// <summary>The counters of an integration; null when the store could not be read.</summary>
public sealed record UsageFiguresRow(
    string Provider,
    DateTimeOffset? LastUsedAt,
    string? LastUsedByBotId,
    [property: JsonPropertyName("proof_of_use_count_24h")] long? ProofOfUseCount24h,
    [property: JsonPropertyName("error_count_24h")] long? ErrorCount24h,
    [property: JsonPropertyName("error_rate_15m")] double? ErrorRate15m,
    IReadOnlyList<UnavailableRow> Unavailable);
