using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>State of a bot's runner as the control plane sees it.</summary>
public enum RunnerState
{
    /// <summary>Never started, or stopped in an orderly way.</summary>
    [JsonStringEnumMemberName("STOPPED")] Stopped = 0,

    /// <summary>Granted, without a heartbeat since.</summary>
    [JsonStringEnumMemberName("STARTING")] Starting = 1,
    [JsonStringEnumMemberName("RUNNING")] Running = 2,

    /// <summary>Its lease ran out.</summary>
    [JsonStringEnumMemberName("LOST")] Lost = 3,

    /// <summary>Its start never came alive.</summary>
    [JsonStringEnumMemberName("START_TIMED_OUT")] StartTimedOut = 4,
}
