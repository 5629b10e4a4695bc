using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Everything about one integration that a person may see.</summary>
[GenerateSerializer, Immutable, Alias("cp.ProviderDetail")]
public sealed record ProviderDetail
{
    [Id(0)] public required ProviderStatus Status { get; init; }
    [Id(1)] public ImmutableArray<VariablePresence> RequiredVariables { get; init; } = [];
    [Id(2)] public ImmutableArray<VariablePresence> OptionalVariables { get; init; } = [];
    [Id(3)] public ImmutableArray<string> HowToConnect { get; init; } = [];
    [Id(4)] public ImmutableArray<VerifyStep> Checklist { get; init; } = [];

    /// <summary>Null when the store could not be read.</summary>
    [Id(5)] public ImmutableArray<VerificationRecord>? VerifyHistory { get; init; }

    /// <summary>Buckets of one hour counted from <see cref="UsageFrom"/>; those without events are left out.</summary>
    [Id(6)] public ImmutableArray<UsageHour>? Usage24h { get; init; }
    [Id(7)] public ImmutableArray<UsageEvent>? RecentEvents { get; init; }
    [Id(8)] public ImmutableArray<string>? UsedByBots24h { get; init; }

    /// <summary>The first second of the 24 hours that <see cref="Usage24h"/> and the count in <see cref="Status"/> cover.</summary>
    [Id(9)] public DateTimeOffset UsageFrom { get; init; }
}

/// <summary>Whether a variable is set, and the most of it that may ever be shown.</summary>
[GenerateSerializer, Immutable, Alias("cp.VariablePresence")]
public sealed record VariablePresence(
    [property: Id(0)] string Name,
    [property: Id(1)] bool Secret,
    [property: Id(2)] bool Present,
    [property: Id(3)] string? Masked,
    [property: Id(4)] string? Hint);
