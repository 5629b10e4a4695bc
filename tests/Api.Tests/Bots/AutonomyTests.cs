using System.Collections.Immutable;
using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Bots;

public sealed class AutonomyTests
{
    [Fact]
    public async Task Autonomy_IsToldWithEveryFactorAndNeed()
    {
        await using var api = await StartAsync(code: null);
        var answer = await api.GetJsonAsync("/api/bots/b/autonomy");
        Assert.Equal(("PAPER", 71.5, "SUPERVISED", true), (answer["tier"]!.GetValue<string>(), answer["score"]!.GetValue<double>(), answer["next_tier"]!.GetValue<string>(), answer["next_tier_needs_person"]!.GetValue<bool>()));
        Assert.Equal("discipline", answer["breakdown"]![0]!["factor"]!.GetValue<string>());
        Assert.Equal("EVIDENCE", answer["needs"]![0]!["code"]!.GetValue<string>());
        Assert.Single(answer["history"]!.AsArray());
        Assert.Empty(answer["unavailable"]!.AsArray());
    }

    [Fact]
    public async Task Autonomy_Unreadable_IsNullAndNamed()
    {
        await using var api = await StartAsync(Codes.DataUnavailable);
        var answer = await api.GetJsonAsync("/api/bots/b/autonomy");
        Assert.Equal((null, null), (answer["score"], answer["history"]));
        Assert.Equal(["score", "breakdown", "history"], answer["unavailable"]!.AsArray().Select(row => row!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Promote_IsWrittenFirst_AndRefusedWithWhatIsMissing()
    {
        await using var api = await StartAsync(code: null);
        api.Cluster.Promotion = new BotAnswer(Codes.TierTooLow, "The evidence does not allow this step.", null);
        using var refused = await api.PostAsync("/api/bots/b/autonomy/promote", new { reason = "it is good" });
        await AccessMatrixTests.AssertProblem(refused, 409, "TIER_TOO_LOW");
        Assert.Equal(["requested", "TIER_TOO_LOW"], api.Cluster.Audit.Facts.Select(f => f.Outcome));

        api.Cluster.Promotion = null;
        using var done = await api.PostAsync("/api/bots/b/autonomy/promote", new { reason = "it is good" });
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        api.Cluster.Audit.Unwritable = true;
        using var unwritten = await api.PostAsync("/api/bots/b/autonomy/promote", new { reason = "it is good" });
        await AccessMatrixTests.AssertProblem(unwritten, 503, "DATA_UNAVAILABLE");
    }

    private static Task<TestApi> StartAsync(string? code) => TestApi.StartAsync(api =>
    {
        api.Cluster.Bots["b"] = new BotView { BotId = "b", Spec = new("B", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
        api.Cluster.Autonomy = bot => new AutonomyReport(
            AutonomyTier.Paper,
            code is null ? 71.5 : null,
            DateTimeOffset.UnixEpoch,
            [new("discipline", code is null ? 0.7 : null, 0.25, 31, "30 d", "31 of 31", "formula")],
            AutonomyTier.Supervised,
            70,
            true,
            false,
            "formula",
            [new("EVIDENCE", "discipline", 31, 35, "more")],
            code is null ? [new AutonomyStep(DateTimeOffset.UnixEpoch, AutonomyTier.Paper, 71.5, "The evidence allows it.", null)] : null,
            code,
            bot);
    });
}
