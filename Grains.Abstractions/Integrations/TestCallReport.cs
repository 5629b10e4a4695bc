using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Why a test call gave no event.</summary>
public enum TestCallRefusal
{
    None = 0,

    /// <summary>A required variable is missing.</summary>
    NotConfigured = 1,

    /// <summary>No harmless call is known for this provider.</summary>
    NotSupported = 2,

    /// <summary>The provider is not in the catalogue, or is switched off.</summary>
    Unknown = 3,

    /// <summary>Another call now could hurt: too many test calls, or the provider asked to be left alone.</summary>
    TooSoon = 4,

    /// <summary>Nothing was sent: a key of the wrong form, or a login that was refused before and must not be made again yet.</summary>
    NotMade = 5,

    /// <summary>The call was made, but its event is not known to be on disk. It is sent again until it is.</summary>
    NotRecorded = 6,
}

/// <summary>What came of a test call.</summary>
/// <param name="EventId">Set when the event is on disk.</param>
/// <param name="RetryAfterSeconds">With <see cref="TestCallRefusal.TooSoon"/>.</param>
[GenerateSerializer, Immutable, Alias("cp.TestCallReport")]
public sealed record TestCallReport(
    [property: Id(0)] TestCallRefusal Refusal,
    [property: Id(1)] Guid? EventId,
    [property: Id(2)] UsageStatus? Status,
    [property: Id(3)] int? HttpStatus,
    [property: Id(4)] int? LatencyMs,
    [property: Id(5)] int? RetryAfterSeconds,
    [property: Id(6)] ImmutableArray<string> MissingVariables)
{
    /// <summary>The bot that test calls are recorded for.</summary>
    public const string Bot = "control-plane-test";

    public static TestCallReport Refused(TestCallRefusal why, int? retryAfterSeconds = null, ImmutableArray<string> missing = default) =>
        new(why, null, null, null, null, retryAfterSeconds, missing.IsDefault ? [] : missing);
}
