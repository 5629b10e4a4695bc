using ControlPlane.Abstractions;

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

    /// <summary>A verdict of an earlier call, repeated without a new one.</summary>
    public bool IsRemembered { get; init; }

    public static Conclusion Inconclusive(string code, int? httpStatus) => new(VerifyStatus.Inconclusive, code, httpStatus);

    public static Conclusion Of(VerifyFaultException fault) => new(fault.Status, fault.Code, fault.HttpStatus) { Variable = fault.Variable };
}
