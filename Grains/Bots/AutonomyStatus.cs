namespace ControlPlane.Grains.Bots;

/// <summary>Where a bot stands between evaluations of its autonomy.</summary>
/// <param name="Held">Evaluations in a row in which the evidence allowed the next tier.</param>
/// <param name="LastViolation">The newest violation that has been answered with a fall.</param>
/// <param name="Score">The last one worked out.</param>
/// <param name="RecordedScore">The last one in the history.</param>
/// <param name="ChangedAt">When the configuration changed last.</param>
[GenerateSerializer, Immutable, Alias("cp.state.AutonomyStanding")]
public sealed record AutonomyStatus(
    [property: Id(0)] int Held,
    [property: Id(1)] DateTimeOffset? LastViolation,
    [property: Id(2)] double? Score,
    [property: Id(3)] double? RecordedScore,
    [property: Id(4)] DateTimeOffset? ChangedAt,
    [property: Id(5)] bool AwaitsPerson,
    [property: Id(6)] DateTimeOffset? RecordedAt = null)
{
    public static AutonomyStatus New { get; } = new(0, null, null, null, null, false);
}
