using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>An error as RFC 9457 <c>application/problem+json</c>.</summary>
public record Problem
{
    /// <summary>A URI reference that names the kind of problem.</summary>
    [JsonPropertyOrder(-9)]
    public string Type { get; init; } = "about:blank";

    [JsonPropertyOrder(-8)]
    public required string Title { get; init; }

    [JsonPropertyOrder(-7)]
    public required int Status { get; init; }

    /// <summary>One of the contract's codes.</summary>
    [JsonPropertyOrder(-6)]
    public required string Code { get; init; }

    /// <summary>What went wrong, in our own words; never anything the caller sent.</summary>
    [JsonPropertyOrder(-5)]
    public required string Detail { get; init; }

    [JsonPropertyOrder(-4)]
    public string? SuggestedFix { get; init; }

    [JsonPropertyOrder(-3)]
    public string TraceId { get; init; } = "";
}

/// <summary>A start that was not granted, and everything that denies it.</summary>
public sealed record StartDeniedProblem : Problem
{
    /// <summary>Always false.</summary>
    public bool Granted { get; init; }
    public required IReadOnlyList<BlockerRow> Blockers { get; init; }
    public required IReadOnlyList<PathStepRow> PathToOk { get; init; }
    public TradingState TradingState { get; init; }
    public SystemStatus SystemStatus { get; init; }
    public long GateEpoch { get; init; }
    public long GateVersion { get; init; }
}

/// <summary>A heartbeat under a lease that no longer holds: the runner must stop.</summary>
public sealed record LeaseFencedProblem : Problem
{
    /// <summary>Always HALT.</summary>
    public Directive Directive { get; init; }
    public TradingState TradingState { get; init; }
    public SystemStatus SystemStatus { get; init; }
    public long GateEpoch { get; init; }
    public long GateVersion { get; init; }
}
