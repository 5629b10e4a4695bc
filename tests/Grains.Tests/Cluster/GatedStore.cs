using System.Reflection;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A real store behind the switch of <see cref="InMemoryStores"/>: it fails, or hangs, when that one does.</summary>
public class GatedStore : DispatchProxy
{
    private object _inner = null!;
    private Func<Task> _ready = null!;

    internal static T Over<T>(T inner, InMemoryStores gate)
        where T : class
    {
        var proxy = Create<T, GatedStore>();
        var gated = (GatedStore)(object)proxy;
        gated._inner = inner;
        gated._ready = gate.Ready;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.ReturnType == typeof(Task)
        ? After(targetMethod, args)
        : typeof(GatedStore).GetMethod(nameof(AfterWith), BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments().Single())
            .Invoke(this, [targetMethod, args]);

    private async Task After(MethodInfo method, object?[]? args)
    {
        await _ready();
        await (Task)method.Invoke(_inner, args)!;
    }

    private async Task<T> AfterWith<T>(MethodInfo method, object?[]? args)
    {
        await _ready();
        return await (Task<T>)method.Invoke(_inner, args)!;
    }
}
