using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Api.Alerts;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Bots.Traces;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Integrations;
using ControlPlane.Api.SystemControl;
using ControlPlane.Api.Traces;

namespace ControlPlane.Api.Tests.Mapping;

/// <summary>What a grain answers has Orleans' form, what the API writes has its own: one mapping a pair, and a field that stands on one side alone fails here.</summary>
public sealed class RowMappingTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions s_json = Json();

    /// <param name="Untold">Parts of the record that no caller is told.</param>
    /// <param name="Own">Fields of the row that come from elsewhere.</param>
    private sealed record Pair(Type From, Func<object, object> Map, string[] Untold, string[] Own);

    private static readonly Dictionary<string, Pair> s_pairs = new()
    {
        ["blocker"] = Of<Blocker>(b => b.ToContract(), [nameof(Blocker.ManualAfter)]),
        ["path step"] = Of<PathStep>(s => ((ImmutableArray<PathStep>)[s]).ToContract()[0]),
        ["path choice"] = Of<PathChoice>(c => ((ImmutableArray<PathStep>)[Sample.Of<PathStep>() with { AnyOf = [c] }]).ToContract()[0].AnyOf[0]),
        ["kill switch"] = Of<KillSwitch>(k => k.ToContract(), [nameof(KillSwitch.Durable)]),
        ["live"] = Of<LiveTrading>(l => l.ToContract()),
        ["reason"] = Of<Reason>(IntegrationRowMapping.ToContract, [nameof(Reason.Resolution), nameof(Reason.ManualAfter)]),
        ["unavailable field"] = Of<UnavailableField>(f => f.ToContract()),
        ["transition"] = Of<GateTransition>(ControlMapping.ToContract, [nameof(GateTransition.Decision)]),
        ["provider"] = Of<ProviderStatus>(s => IntegrationRowMapping.ToRow(s, s_now), [nameof(ProviderStatus.Version)]),
        ["provider's detail"] = Of<ProviderDetail>(
            d => IntegrationDetailMapping.ToDetail(d, ["b1"], s_now, "t"),

            // Whether it is connected follows from a part of its status, which the pair "provider" goes through.
            own: ["connected", "required_by_bots", "trace_id", "gateway"]),
        ["usage figures"] = Part<UsageFigures>(
            f => IntegrationRowMapping.ToRow(Sample.Of<ProviderStatus>() with { Usage = f }, s_now), nameof(UsageFigures.Calls15m), nameof(UsageFigures.Observed24h)),
        ["last verify"] = Part<LastVerify>(v => IntegrationRowMapping.ToRow(Sample.Of<ProviderStatus>() with { LastVerify = v }, s_now)),
        ["hosts"] = Part<HostAgreement>(h => IntegrationRowMapping.ToRow(Sample.Of<ProviderStatus>() with { Hosts = h }, s_now), nameof(HostAgreement.Agreeing)),
        ["capability"] = Of<KeyCapability>(IntegrationRowMapping.ToContract),
        ["variable"] = Of<VariablePresence>(IntegrationDetailMapping.ToContract),
        ["verify step"] = Of<VerifyStep>(IntegrationDetailMapping.ToContract),
        ["verification"] = Of<VerificationRecord>(IntegrationDetailMapping.ToContract, [nameof(VerificationRecord.Provider)]),
        ["verify"] = Of<VerifyReport>(r => VerifyMapping.ToContract(r, "t"), own: ["trace_id"]),
        ["usage event"] = Of<UsageEvent>(IntegrationDetailMapping.ToContract),
        ["bot"] = Of<BotView>(BotMapping.ToRow),
        ["bot's answer"] = Of<BotView>(b => BotMapping.ToAnswer(b, null, s_now, "t"), own: ["as_of", "gateway_providers", "trace_id"]),
        ["bot's configuration"] = Part<BotSpec>(s => BotMapping.ToRow(Sample.Of<BotView>() with { Spec = s })),
        ["bot's terms"] = Part<BotTerms>(t => BotMapping.ToRow(Sample.Of<BotView>() with { Spec = Sample.Of<BotSpec>() with { Terms = t } })),
        ["runner"] = Of<RunnerView>(BotMapping.ToContract, [nameof(RunnerView.Since)]),
        ["blind spot"] = Of<BlindSpot>(b => TraceMapping.ToRow(b)!),
        ["decision"] = Of<DecisionTrace>(d => TraceMapping.ToRow("b1", new RecordedDecision(d, null)), [nameof(DecisionTrace.ReceivedAt)], ["bot_id", "trade"]),
        ["no-trade"] = Of<RecordedNoTrade>(n => TraceMapping.ToRow("b1", n), own: ["bot_id"]),
        ["no-trade's reason"] = Part<NoTradeReason>(r => TraceMapping.ToRow("b1", Sample.Of<RecordedNoTrade>() with { Reasons = [r] })),
        ["trade"] = Of<TradeTrace>(
            t => TraceMapping.ToRow("b1", t), [nameof(TradeTrace.ReceivedAt), nameof(TradeTrace.CountsAt), nameof(TradeTrace.Rate)], ["bot_id"]),
        ["autonomy"] = Of<AutonomyReport>(r => AutonomyMapping.ToContract("b1", r, "t"), [nameof(AutonomyReport.AwaitsPerson)], ["bot_id", "trace_id"]),
        ["factor"] = Part<AutonomyFactor>(f => AutonomyMapping.ToContract("b1", Sample.Of<AutonomyReport>() with { Factors = [f] }, "t")),
        ["need"] = Part<AutonomyNeed>(n => AutonomyMapping.ToContract("b1", Sample.Of<AutonomyReport>() with { Needs = [n] }, "t")),
        ["step"] = Part<AutonomyStep>(s => AutonomyMapping.ToContract("b1", Sample.Of<AutonomyReport>() with { History = [s] }, "t")),
        ["audit entry"] = Of<AuditEntry>(AuditEndpoints.ToContract, [nameof(AuditEntry.Mac)]),
        ["audit fact"] = Part<AuditFact>(f => AuditEndpoints.ToContract(Sample.Of<AuditEntry>() with { Fact = f })),
        ["trace record"] = Of<TraceRecord>(TraceEndpoint.ToRow),
        ["alert"] = Part<AlertRecord>(
            a => AlertMapping.ToRow(Sample.Of<AlertView>() with { Alert = a }), nameof(AlertRecord.EscalatedAt), nameof(AlertRecord.NotifiedAt), nameof(AlertRecord.Causes)),

        // The first attempt has not been made: then the quiet hours' end is told. CreatedAt stands in only where there was no attempt.
        ["alert's notice"] = Of<AlertNotice>(
            n => AlertMapping.ToRow(n with { Attempts = n.Attempts - 1 }), [nameof(AlertNotice.NoticeId), nameof(AlertNotice.AlertId), nameof(AlertNotice.CreatedAt)]),
    };

    public static TheoryData<string> Pairs => new(s_pairs.Keys);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Part_OfARecord_ReachesTheRow(string pair)
    {
        var (from, map, untold, _) = s_pairs[pair];
        var before = Write(map(Sample.Of(from, 0)));
        var lost = Sample.Parts(from).Where(part => !untold.Contains(part.Name) && Changes(from, part).All(changed => JsonNode.DeepEquals(before, Write(map(changed)))));
        Assert.Empty(lost.Select(part => part.Name));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Field_OfARow_ComesFromTheRecord(string pair)
    {
        var (from, map, _, own) = s_pairs[pair];
        var before = Write(map(Sample.Of(from, 0)));
        var rows = Sample.Parts(from).SelectMany(part => Changes(from, part)).Select(changed => Write(map(changed))).ToList();
        var unfed = before.Select(field => field.Key).Where(key => !own.Contains(key) && !own.Contains("*") && rows.All(row => JsonNode.DeepEquals(before[key], row[key])));
        Assert.Empty(unfed);
    }

    /// <summary>The record with other values of one part; of an enum all of them.</summary>
    private static IEnumerable<object> Changes(Type from, PropertyInfo part)
    {
        var type = Nullable.GetUnderlyingType(part.PropertyType) ?? part.PropertyType;
        var count = type.IsEnum ? Enum.GetValues(type).Length : 2;
        return Enumerable.Range(1, count - 1).Select(seed => Sample.With(Sample.Of(from, 0), part, Sample.Of(type, seed)));
    }

    private static JsonObject Write(object row) => JsonSerializer.SerializeToNode(row, row.GetType(), s_json)!.AsObject();

    private static Pair Of<T>(Func<T, object> map, string[]? untold = null, string[]? own = null) => new(typeof(T), from => map((T)from), untold ?? [], own ?? []);

    /// <summary>A record that makes only a part of the row.</summary>
    private static Pair Part<T>(Func<T, object> map, params string[] untold) => new(typeof(T), from => map((T)from), untold, ["*"]);

    private static JsonSerializerOptions Json()
    {
        var options = new JsonSerializerOptions();
        ControlPlaneJson.Configure(options);
        return options;
    }
}
