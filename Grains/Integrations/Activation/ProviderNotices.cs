using ControlPlane.Abstractions;
using ControlPlane.Grains.Live;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Word to those who watch: changes of state at once, figures that move after a moment, once for all that came meanwhile.</summary>
internal sealed class ProviderNotices(IGrainFactory grains, string provider, TimeProvider time)
{
    internal static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private readonly ChangePublisher _publisher = new(grains);
    private bool _gathering;

    /// <summary>Grows with every change that is reported to the gate.</summary>
    public long Version { get; private set; }

    public void Changed()
    {
        Version++;
        _ = grains.GetGrain<ISystemGateGrain>(0).EvidenceChanged(provider);
        _publisher.Provider(provider);
    }

    public void FiguresMoved()
    {
        if (_gathering) return;
        _gathering = true;
        _ = PublishSoonAsync();
    }

    private async Task PublishSoonAsync()
    {
        await Task.Delay(Gather, time);
        _gathering = false;
        _publisher.Provider(provider);
    }
}
