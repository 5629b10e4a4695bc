using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>What an answer, or its absence, means; before it is put into words.</summary>
/// <param name="Code">Null with <see cref="VerifyStatus.Valid"/>.</param>
/// <param name="HttpStatus">Null when no answer came.</param>
internal sealed record Conclusion(VerifyStatus Status, string? Code, int? HttpStatus)
{
    /// <summary>The catalogue's own words, before the default ones.</summary>
    public string? Message { get; init; }
    public string? Fix { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public string? Variable { get; init; }

    /// <summary>The rule that gave the verdict; null for one of the engine's own.</summary>
    public OutcomeRule? Rule { get; init; }

    /// <summary>What an accepted key may do.</summary>
    public ImmutableArray<CapabilityFinding> Findings { get; init; } = [];
    public DateTimeOffset? ExpiresAt { get; init; }
    public int? ClockSkewS { get; init; }

    /// <summary>True when a server without HTTP status answered.</summary>
    public bool Answered { get; init; }

    public bool IsGood => Status is VerifyStatus.Valid or VerifyStatus.ValidLimited or VerifyStatus.ValidBilling;

    /// <summary>A verdict of an earlier call, repeated without a new one.</summary>
    public bool IsRemembered { get; init; }

    public static Conclusion Inconclusive(string code, int? httpStatus) => new(VerifyStatus.Inconclusive, code, httpStatus);

    public static Conclusion Of(VerifyFaultException fault) => new(fault.Status, fault.Code, fault.HttpStatus) { Variable = fault.Variable };
}
