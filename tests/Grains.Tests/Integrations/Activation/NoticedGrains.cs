using System.Reflection;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Integrations.Activation;

/// <summary>The grains that a provider tells of its changes: they count what they hear.</summary>
public sealed class NoticedGrains
{
    public NoticedGrains()
    {
        var gate = Grain<ISystemGateGrain>(_ => ToGate++);
        var feed = Grain<IChangeFeedGrain>(_ => ToFeed++);
        Factory = DispatchProxy.Create<IGrainFactory, Proxy>();
        ((Proxy)(object)Factory).Answer = method => method.GetGenericArguments()[0] == typeof(ISystemGateGrain) ? gate : feed;
    }

    public IGrainFactory Factory { get; }

    public int ToGate { get; private set; }

    public int ToFeed { get; private set; }

    private static T Grain<T>(Action<MethodInfo> called)
        where T : class
    {
        var grain = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)grain).Answer = method =>
        {
            called(method);
            return Task.CompletedTask;
        };
        return grain;
    }

    public class Proxy : DispatchProxy
    {
        internal Func<MethodInfo, object> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!);
    }
}
