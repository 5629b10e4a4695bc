using ControlPlane.Grains.Integrations.Activation;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Activation;

public sealed class ProviderNoticesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly NoticedGrains _grains = new();
    private readonly ProviderNotices _notices;

    public ProviderNoticesTests() => _notices = new(_grains.Factory, "openai", _time);

    [Fact]
    public void Changed_TellsGateAndPageAtOnce_UnderANewVersion()
    {
        _notices.Changed();
        _notices.Changed();
        Assert.Equal((2, 2, 2), (_notices.Version, _grains.ToGate, _grains.ToFeed));
    }

    [Fact]
    public void FiguresMoved_SeveralTimesWithinAMoment_TellsThePageOnce()
    {
        _notices.FiguresMoved();
        _notices.FiguresMoved();
        Assert.Equal(0, _grains.ToFeed);
        _time.Advance(ProviderNotices.Gather);
        SpinWait.SpinUntil(() => _grains.ToFeed > 0, TimeSpan.FromSeconds(5));
        Assert.Equal((0, 0, 1), (_notices.Version, _grains.ToGate, _grains.ToFeed));

        _notices.FiguresMoved();
        _time.Advance(ProviderNotices.Gather);
        SpinWait.SpinUntil(() => _grains.ToFeed > 1, TimeSpan.FromSeconds(5));
        Assert.Equal(2, _grains.ToFeed);
    }
}
