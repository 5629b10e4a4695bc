using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class KeyRightsPolicyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(CapabilityStatus.Missing, false, ProviderState.Degraded, Codes.IntegrationLimited)]
    [InlineData(CapabilityStatus.Missing, true, ProviderState.Degraded, Codes.IntegrationLimited)]
    [InlineData(CapabilityStatus.Unknown, false, ProviderState.Degraded, Codes.IntegrationDegraded)]
    [InlineData(CapabilityStatus.Unknown, true, ProviderState.Connected, Codes.IntegrationDegraded)]
    [InlineData(CapabilityStatus.Implied, false, ProviderState.Connected, null)]
    [InlineData(CapabilityStatus.Proven, false, ProviderState.Connected, null)]
    public void Evaluate_WhatTheGateNeeds_DecidesTheState(CapabilityStatus trade, bool acceptUnknown, ProviderState state, string? code)
    {
        var evaluated = ProviderStatePolicy.Evaluate(Facts(Verified(new CapabilityFinding(Capability.Trade, trade))) with { AcceptUnknown = acceptUnknown });

        Assert.Equal((state, code), (evaluated.State, evaluated.Reasons.FirstOrDefault()?.Code));
    }

    [Fact]
    public void Counted_AcceptUnknown_CountsAsImpliedButNeverForWithdrawals()
    {
        ImmutableArray<CapabilityFinding> findings = [new(Capability.Trade, CapabilityStatus.Unknown), new(Capability.Withdraw, CapabilityStatus.Unknown), new(Capability.Infer, CapabilityStatus.Missing)];

        Assert.Equal([CapabilityStatus.Implied, CapabilityStatus.Unknown, CapabilityStatus.Missing], KeyRightsPolicy.Counted(findings, acceptUnknown: true).Select(c => c.Status));
        Assert.Equal(CapabilityStatus.Unknown, KeyRightsPolicy.Counted(findings, acceptUnknown: false)[0].Status);
    }

    [Fact]
    public void Evaluate_KeyThatMayWithdraw_InformsAndDegradesNothing()
    {
        var evaluated = ProviderStatePolicy.Evaluate(Facts(Verified(new CapabilityFinding(Capability.Trade, CapabilityStatus.Proven), new CapabilityFinding(Capability.Withdraw, CapabilityStatus.Proven))));

        Assert.Equal(ProviderState.Connected, evaluated.State);
        Assert.Contains("withdraw", Assert.Single(evaluated.Reasons, r => r.Severity == Severity.Info).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(13, 1)]
    [InlineData(-1, 1)]
    public void Evaluate_KeyThatEnds_WarnsTwoWeeksBefore(int days, int warnings)
    {
        var verdict = Verified(new CapabilityFinding(Capability.Trade, CapabilityStatus.Proven)) with { ExpiresAt = s_now.AddDays(days) };

        var evaluated = ProviderStatePolicy.Evaluate(Facts(verdict));

        Assert.Equal((ProviderState.Connected, warnings), (evaluated.State, evaluated.Reasons.Length));
    }

    [Fact]
    public void Next_RefusedKey_IsTriedAgainWithAGrowingPauseWhereThatLocksNothing()
    {
        var schedule = new VerifySchedule(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5)) { RetryRefused = true };
        var refused = VerdictRecord.None;
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            refused = refused.After(new(VerifyStatus.Invalid, 401, 1, "key_rejected", "refused", null, null, []), 0, s_now, "t");
            waits.Add(schedule.Next(refused, null, 0)!.Value.TotalMinutes);
        }

        Assert.Equal(new double[] { 15, 30, 60, 120, 240, 360, 360, 360 }, waits);
        Assert.Null((schedule with { RetryRefused = false }).Next(refused, null, 0));
    }

    [Fact]
    public void Evaluate_RefusedKeyThatIsTriedAgain_SaysWhen()
    {
        var refused = VerdictRecord.None.After(new(VerifyStatus.Invalid, 401, 1, "key_rejected", "refused", "Make another.", null, []), 0, s_now, "t");

        var evaluated = ProviderStatePolicy.Evaluate(Facts(refused) with { RetryAt = s_now.AddMinutes(15) });

        Assert.Contains("2026-11-22 20:15 UTC", Assert.Single(evaluated.Reasons).SuggestedFix, StringComparison.Ordinal);
        Assert.Equal("Make another.", Assert.Single(ProviderStatePolicy.Evaluate(Facts(refused)).Reasons).SuggestedFix);
    }

    private static VerdictRecord Verified(params CapabilityFinding[] findings) =>
        VerdictRecord.None.After(new(VerifyStatus.Valid, 200, 1, null, "accepted", null, null, []) { Findings = [.. findings] }, 0, s_now, "t");

    private static ProviderFacts Facts(VerdictRecord verdict) => new(
        "alpaca", "Alpaca", [], true, null, verdict, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), 3, null, new HostAgreement(1, 1, true, 1))
    {
        Need = Capability.Trade,
        Now = s_now,
    };
}
