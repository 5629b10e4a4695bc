using ControlPlane.Grains.Gateway;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Gateway;

/// <summary>Ends a broker's connection that stays open when the lease ends that it was opened under: orders could leave on it.</summary>
internal sealed class LeaseWatch : IDisposable
{
    private const string Broker = "broker";
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _ended;
    private readonly ITimer? _timer;

    private LeaseWatch(Func<bool>? isLive, TimeProvider time, CancellationToken aborted)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        if (isLive is not null) _timer = time.CreateTimer(_ => Look(isLive), null, s_look, s_look);
    }

    public CancellationToken Ended => _ended.Token;

    public static LeaseWatch Of(HttpContext context, GatewayCall call, GatewayCallers callers, TimeProvider time)
    {
        var stays = context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;
        var watched = stays && call.Provider.Category == Broker && call.LeaseEpoch > 0;
        return new(watched ? () => callers.IsLive(call.BotId, call.LeaseEpoch) : null, time, context.RequestAborted);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _ended.Dispose();
    }

    private void Look(Func<bool> isLive)
    {
        try
        {
            if (!isLive()) _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection has ended by itself.
        }
    }
}
