using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class ProviderVerifyTests
{
    [Fact]
    public async Task Verify_WithoutKeys_IsRefusedAndLeavesNoHistory()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var answer = await cluster.Grains.GetGrain<IProviderGrain>("polygon").Verify(ControlPlaneCluster.Operator);
        Assert.Equal(VerifyRefusal.NotConfigured, answer.Refusal);
        Assert.Equal(["POLYGON_API_KEY"], answer.MissingVariables.ToArray());
        Assert.Empty(cluster.Stores.Verifications);
        Assert.Equal(VerifyRefusal.Unknown, (await cluster.Grains.GetGrain<IProviderGrain>("nobody").Verify(ControlPlaneCluster.Operator)).Refusal);
    }

    [Fact]
    public async Task Verify_ManyAtOnce_MakesOneCallAndGivesAllItsAnswer()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var held = cluster.Verifier.Hold("polygon");
        cluster.SetAllKeys();
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        var calls = Enumerable.Range(0, 20).Select(_ => polygon.Verify(ControlPlaneCluster.Operator)).ToArray();
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 1, "the one call is made", 5);
        held.SetResult(new(VerifyStatus.Valid, 200, 1, null, "ok", null, null, []));
        var answers = await Task.WhenAll(calls);
        Assert.Single(answers.Select(a => a.Report!.TraceId).Distinct());
        Assert.Equal(1, cluster.Verifier.CallsOf("polygon"));
    }

    [Fact]
    public async Task Verify_WithinTheMinimumInterval_GivesTheLastAnswerAgain()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        await cluster.Until(async () => (await polygon.GetStatus())!.Connected, "verified by itself", 5);
        var calls = cluster.Verifier.CallsOf("polygon");
        var again = await polygon.Verify(ControlPlaneCluster.Operator);
        Assert.True(again.Report!.Cached);
        Assert.InRange(again.Report.RetryAfterSeconds!.Value, 1, 60);
        Assert.Equal(calls, cluster.Verifier.CallsOf("polygon"));

        cluster.Secrets.Set("POLYGON_API_KEY", "other-secrets-are-another-matter");
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") > calls, "other secrets are verified at once", 5);
    }

    [Fact]
    public async Task Verify_RetryAfterLongerThanTheInterval_IsHonoured()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Verify.MinIntervalSeconds = 0);
        cluster.Verifier.Answer("polygon", VerifyStatus.Inconclusive, TimeSpan.FromSeconds(45));
        cluster.SetAllKeys();
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 1, "verified by itself", 5);
        await cluster.Advance(40);
        Assert.Equal(1, cluster.Verifier.CallsOf("polygon"));
        Assert.True((await cluster.Grains.GetGrain<IProviderGrain>("polygon").Verify(ControlPlaneCluster.Operator)).Report!.Cached);
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 2, "asked again", 15);
    }

    [Fact]
    public async Task Invalid_IsNotAskedAgainUntilSecretsChange()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.Verify.MinIntervalSeconds = 0;
            c.Verify.FreshnessSeconds = 10;
        });
        cluster.Verifier.Answer("polygon", VerifyStatus.Invalid);
        cluster.SetAllKeys();
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 1, "verified by itself", 5);
        await cluster.Advance(40);
        Assert.Equal(1, cluster.Verifier.CallsOf("polygon"));
        cluster.Secrets.Set("POLYGON_API_KEY", "the-right-key-at-last-0003");
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 2, "asked with the new key", 5);
    }

    [Fact]
    public async Task Verify_ThatHangs_IsEndedByTheTimeoutWorkerAsInconclusive()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.Verifier.Hold("polygon");
        cluster.SetAllKeys();
        await cluster.Until(() => cluster.Stores.Verifications.Any(v => v.Provider == "polygon"), "recorded", 20);
        var record = cluster.Stores.Verifications.First(v => v.Provider == "polygon");
        Assert.Equal((VerifyStatus.Inconclusive, "timeout"), (record.Status, record.ErrorCode));
    }

    [Fact]
    public async Task Verify_WhoseKeyIsRemovedMeanwhile_IsRecorded_AndProvesNothing()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var held = cluster.Verifier.Hold("polygon");
        cluster.SetAllKeys();
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 1, "the call is made", 5);
        cluster.Secrets.Set("POLYGON_API_KEY", null);
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        await cluster.Until(async () => (await polygon.GetStatus())!.State == ProviderState.NotConfigured, "the key is gone", 5);
        held.SetResult(new(VerifyStatus.Valid, 200, 1, null, "ok", null, null, []));
        await cluster.Until(() => cluster.Stores.Verifications.Any(v => v.Provider == "polygon"), "recorded", 5);
        Assert.Equal(VerifyStatus.Valid, cluster.Stores.Verifications.Single(v => v.Provider == "polygon").Status);
        Assert.Equal(ProviderState.NotConfigured, (await polygon.GetStatus())!.State);
    }

    [Fact]
    public async Task GoodVerdict_IsRenewedBeforeItEnds()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.Verify.MinIntervalSeconds = 0;
            c.Verify.FreshnessSeconds = 12;
        });
        cluster.SetAllKeys();
        await cluster.UntilOk();
        for (var i = 0; i < 40; i++)
        {
            await cluster.Advance(1);
            Assert.Equal(SystemStatus.Ok, cluster.Status());
        }
    }

    [Fact]
    public async Task CrashLoop_BacksOff()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        var starts = 0;
        for (var i = 0; i < 5; i++)
        {
            await cluster.Advance(4);
            starts += cluster.Verifier.CallsOf("polygon");
            cluster = await cluster.RestartAsync();
        }

        await using var last = cluster;
        await last.Advance(3);
        Assert.True(starts + last.Verifier.CallsOf("polygon") < 6, $"{starts} verifies at 6 starts");
        await last.Until(() => last.Verifier.CallsOf("polygon") > 0, "the back-off ends", 90);
    }

    [Fact]
    public async Task Usage_IsCountedFromEventsAlone_AndNullWhenTheStoreIsLost()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var polygon = cluster.Grains.GetGrain<IProviderGrain>("polygon");
        var before = (await polygon.GetStatus())!.Usage!;
        Assert.Equal((0L, 0L, null, null), (before.Count24h, before.Errors24h, before.LastUsedAt, before.ErrorRate15m));

        var now = cluster.Clock.GetUtcNow();
        var one = new UsageEvent(Guid.NewGuid(), now, "u", "momentum", "polygon", "GET /v3/quotes", UsageStatus.Ok, 200, 41, null, null);
        var receipt = await cluster.Grains.GetGrain<IUsageIngestGrain>(0).Append([one, one, one with { EventId = Guid.NewGuid(), Status = UsageStatus.Error }, one with { EventId = Guid.NewGuid(), Provider = "nobody" }, one with { EventId = Guid.NewGuid(), OccurredAt = now.AddHours(1) }]);
        Assert.Equal((2, 1), (receipt.Accepted, receipt.Duplicates));
        Assert.Equal([(3, Codes.UnknownProvider), (4, Codes.InvalidRequest)], receipt.Rejected.Select(r => (r.Index, r.Code)));
        await cluster.Until(async () => (await polygon.GetStatus())!.Usage is { Count24h: 2, Errors24h: 1, LastUsedByBot: "momentum" }, "counted", 3);

        cluster.Stores.Failing = true;
        await cluster.Until(async () => (await polygon.GetStatus())!.Usage is null, "unavailable", 70);
        Assert.Contains((await polygon.GetStatus())!.Unavailable, u => u is { Field: "proof_of_use_count_24h", Code: Codes.DataUnavailable });
        cluster.Stores.Resume();
        await cluster.Until(async () => (await polygon.GetStatus())!.Usage is { Count24h: 2 }, "back", 70);
    }
}
