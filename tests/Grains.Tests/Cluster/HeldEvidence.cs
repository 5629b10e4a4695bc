using System.Reflection;
using ControlPlane.Grains.Autonomy;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>The real store of evidence; a reading is made at once and given out when the test says so.</summary>
public class HeldEvidence : DispatchProxy
{
    private IAutonomyEvidenceStore _inner = null!;
    private Func<Task> _hold = null!;

    internal static IAutonomyEvidenceStore Over(IAutonomyEvidenceStore inner, Func<Task> hold)
    {
        var proxy = Create<IAutonomyEvidenceStore, HeldEvidence>();
        ((HeldEvidence)(object)proxy)._inner = inner;
        ((HeldEvidence)(object)proxy)._hold = hold;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_inner, args);
        return targetMethod.Name == nameof(IAutonomyEvidenceStore.ReadAsync) ? AfterHold((dynamic)answer!) : answer;
    }

    private async Task<T> AfterHold<T>(Task<T> reading)
    {
        var hold = _hold();
        var read = await reading;
        await hold;
        return read;
    }
}
