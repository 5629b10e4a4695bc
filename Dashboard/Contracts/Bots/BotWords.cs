using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Whether a bot trades with real money.</summary>
[JsonConverter(typeof(ContractEnumConverter<BotMode>))]
public enum BotMode
{
    [JsonStringEnumMemberName("paper")] Paper,
    [JsonStringEnumMemberName("live")] Live,
}

/// <summary>How much autonomy a bot has earned.</summary>
[JsonConverter(typeof(ContractEnumConverter<BotTier>))]
public enum BotTier
{
    [JsonStringEnumMemberName("OBSERVE")] Observe,
    [JsonStringEnumMemberName("PAPER")] Paper,
    [JsonStringEnumMemberName("SUPERVISED")] Supervised,
    [JsonStringEnumMemberName("LIMITED")] Limited,
    [JsonStringEnumMemberName("AUTONOMOUS")] Autonomous,
}

/// <summary>A bot's runner as the control plane sees it.</summary>
[JsonConverter(typeof(ContractEnumConverter<RunnerCondition>))]
public enum RunnerCondition
{
    [JsonStringEnumMemberName("STOPPED")] Stopped,
    [JsonStringEnumMemberName("STARTING")] Starting,
    [JsonStringEnumMemberName("RUNNING")] Running,
    [JsonStringEnumMemberName("LOST")] Lost,
    [JsonStringEnumMemberName("START_TIMED_OUT")] StartTimedOut,
}

/// <summary>What a runner must do.</summary>
[JsonConverter(typeof(ContractEnumConverter<RunnerDirective>))]
public enum RunnerDirective
{
    [JsonStringEnumMemberName("HALT")] Halt,
    [JsonStringEnumMemberName("REDUCE")] Reduce,
    [JsonStringEnumMemberName("CONTINUE")] Continue,
}
