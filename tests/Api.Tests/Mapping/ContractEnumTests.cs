using System.Text.Json;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Tests.Mapping;

public sealed class ContractEnumTests
{
    /// <summary>Callers read the names; the stores and nodes of other builds read the numbers.</summary>
    private static readonly Dictionary<string, string> s_fixed = new()
    {
        ["AlertEvent"] = "opened=0 repeated=1 escalated=2 acknowledged=3 resolved=4 test=5",
        ["AlertNoticeStatus"] = "pending=0 delivered=1 failed=2 skipped=3",
        ["AlertSeverity"] = "info=0 warn=1 page=2",
        ["AutonomyTier"] = "OBSERVE=0 PAPER=1 SUPERVISED=2 LIMITED=3 AUTONOMOUS=4",
        ["Capability"] = "read=0 trade=1 infer=2 withdraw=3",
        ["CapabilityStatus"] = "unknown=0 missing=1 implied=2 proven=3",
        ["CycleEnd"] = "error=0 no_signal=1 suppressed=2 traded=3",
        ["Directive"] = "HALT=0 REDUCE=1 CONTINUE=2",
        ["GateStatus"] = "Unknown=0 False=1 True=2",
        ["ProviderState"] = "NOT_CONFIGURED=0 CONFIGURED_NOT_CONNECTED=1 DEGRADED=2 CONNECTED=3",
        ["Resolution"] = "manual=0 waits=1 self_healing=2",
        ["RunnerState"] = "STOPPED=0 STARTING=1 RUNNING=2 LOST=3 START_TIMED_OUT=4",
        ["SecretFormat"] = "unknown=0 ok=1 suspicious=2 blank=3",
        ["Severity"] = "info=0 degraded=1 blocked=2",
        ["StepResult"] = "skipped=0 passed=1 failed=2",
        ["SystemStatus"] = "BLOCKED=0 DEGRADED=1 OK=2",
        ["TradingMode"] = "paper=0 live=1",
        ["TradingState"] = "HALTED=0 REDUCING=1 ACTIVE=2",
        ["UsageStatus"] = "ok=0 error=1 timeout=2 rate_limited=3",
        ["VerifyStatus"] = "inconclusive=0 valid=1 valid_limited=2 valid_billing=3 invalid=4 wrong_environment=5 locked=6",
    };

    private static IEnumerable<Type> Enums => typeof(ControlPlaneJson).Assembly.GetExportedTypes().Where(type => type.IsEnum);

    [Fact]
    public void Enums_KeepNamesAndNumbers()
    {
        var found = Enums.ToDictionary(type => type.Name, type => string.Join(' ', Enum.GetValues(type).Cast<object>().Select(value => $"{Name(type, value)}={Convert.ToInt32(value)}")));
        Assert.Equal(s_fixed.OrderBy(pair => pair.Key), found.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void ContractJson_WritesNames_AndOtherJsonNumbers()
    {
        var options = new JsonSerializerOptions();
        ControlPlaneJson.Configure(options);
        foreach (var type in Enums.Where(type => type != typeof(CycleEnd)))
        {
            var value = Enum.GetValues(type).GetValue(1)!;
            Assert.Equal($"\"{Name(type, value)}\"", JsonSerializer.Serialize(value, type, options));
            Assert.Equal("1", JsonSerializer.Serialize(value, type));
        }
    }

    [Fact]
    public void Value_ThatThisBuildDoesNotKnow_ReadsAsTheClosedOne()
    {
        Assert.Equal((SystemStatus.Blocked, TradingState.Halted, GateStatus.Unknown, Directive.Halt), (((SystemStatus)99).Known(), ((TradingState)99).Known(), ((GateStatus)99).Known(), ((Directive)99).Known()));
        Assert.Equal((TradingMode.Paper, AutonomyTier.Observe, RunnerState.Lost), (((TradingMode)99).Known(), ((AutonomyTier)99).Known(), ((RunnerState)99).Known()));
        Assert.Equal((ProviderState.ConfiguredNotConnected, VerifyStatus.Inconclusive, StepResult.Skipped, CapabilityStatus.Unknown), (((ProviderState)99).Known(), ((VerifyStatus)99).Known(), ((StepResult)99).Known(), ((CapabilityStatus)99).Known()));
        Assert.Equal((Severity.Blocked, Resolution.Manual, UsageStatus.Error, AlertSeverity.Page), (((Severity)99).Known(), ((Resolution)99).Known(), ((UsageStatus)99).Known(), ((AlertSeverity)99).Known()));
        Assert.Equal(SystemStatus.Ok, SystemStatus.Ok.Known());
    }

    private static string Name(Type type, object value) =>
        (string)typeof(EnumNames).GetMethod(nameof(EnumNames.Of))!.MakeGenericMethod(type).Invoke(null, [value])!;
}
