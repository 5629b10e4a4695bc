using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Hosts;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations;

public sealed class HostLedgerTests
{
    private static readonly Guid s_key = Guid.NewGuid();
    private readonly FakeTimeProvider _time = new();
    private readonly HostLedger _ledger = new();

    [Fact]
    public void OneOfThreeDiffers_TwoAgree()
    {
        Report("a", 1);
        Report("b", 2);
        Report("c", 1);
        Assert.Equal(new HostAgreement(3, 3, false, 2), _ledger.Agreement(3, _time));
    }

    [Fact]
    public void HostThatHasNotReportedYet_IsNoDisagreement()
    {
        Report("a", 1);
        Report("b", 1);
        Assert.Equal(new HostAgreement(2, 3, false, 2), _ledger.Agreement(3, _time));
        Report("c", 1);
        Assert.Equal(new HostAgreement(3, 3, true, 3), _ledger.Agreement(3, _time));
    }

    [Fact]
    public void NewKey_IsTakenWhenEveryHostHasIt()
    {
        var next = Guid.NewGuid();
        Report("a", 1);
        Report("b", 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Report("a", 7, next);
        Assert.True(_ledger.Agreement(2, _time).Agree);
        Report("b", 8, next);
        Assert.Equal(new HostAgreement(2, 2, false, 1), _ledger.Agreement(2, _time));
    }

    [Fact]
    public void SilentHost_DropsOut()
    {
        Report("a", 1);
        Report("b", 2);
        _time.Advance(TimeSpan.FromSeconds(10));
        Report("a", 1);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(new HostAgreement(1, 1, true, 1), _ledger.Agreement(1, _time));
    }

    [Fact]
    public void MissingVariableOfAnyHost_IsSeen()
    {
        Report("a", 1);
        Assert.False(_ledger.AnyMissing(_time));
        _ledger.Report(new HostSecrets("b", false, [2], s_key), _time.GetTimestamp());
        Assert.True(_ledger.AnyMissing(_time));
    }

    private void Report(string host, byte fingerprint, Guid? key = null) =>
        _ledger.Report(new HostSecrets(host, true, [fingerprint], key ?? s_key), _time.GetTimestamp());
}
