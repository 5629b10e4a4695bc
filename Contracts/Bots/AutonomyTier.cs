using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How much autonomy a bot has earned, in rising order.</summary>
public enum AutonomyTier
{
    [JsonStringEnumMemberName("OBSERVE")] Observe = 0,
    [JsonStringEnumMemberName("PAPER")] Paper = 1,
    [JsonStringEnumMemberName("SUPERVISED")] Supervised = 2,
    [JsonStringEnumMemberName("LIMITED")] Limited = 3,
    [JsonStringEnumMemberName("AUTONOMOUS")] Autonomous = 4,
}
