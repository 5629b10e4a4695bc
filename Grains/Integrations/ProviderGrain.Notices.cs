using ControlPlane.Abstractions;
using ControlPlane.Grains.Live;

namespace ControlPlane.Grains.Integrations;

/// <summary>Word to those who watch: changes of state at once, figures that move after a moment, once for all that came meanwhile.</summary>
internal sealed partial class ProviderGrain
{
    private static readonly TimeSpan s_figuresGather = TimeSpan.FromMilliseconds(50);
    private ChangePublisher? _publisher;
    private bool _figuresGathering;

    private void TellGate()
    {
        _ = GrainFactory.GetGrain<ISystemGateGrain>(0).EvidenceChanged(Id);
        PublishRow();
    }

    private void PublishRow() => (_publisher ??= new ChangePublisher(GrainFactory)).Provider(Id);

    private void FiguresMoved()
    {
        if (_figuresGathering) return;
        _figuresGathering = true;
        _ = TellSoonAsync();
    }

    private async Task TellSoonAsync()
    {
        await Task.Delay(s_figuresGather, _time);
        _figuresGathering = false;
        PublishRow();
    }
}
