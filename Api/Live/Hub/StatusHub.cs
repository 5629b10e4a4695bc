using Microsoft.AspNetCore.SignalR;

namespace ControlPlane.Api.Live.Hub;

/// <summary>The live feed over SignalR. Clients call <c>Subscribe()</c> and get a snapshot. Then come <c>system</c>, <c>integration</c>, <c>bot</c>,
/// <c>usage</c> and <c>beat</c>.</summary>
internal sealed class StatusHub(LiveFeed feed, LiveSubscribers subscribers, IServiceProvider services, IHubContext<StatusHub> hub)
    : Microsoft.AspNetCore.SignalR.Hub
{
    private static readonly object s_reader = new();
    private static readonly object s_membership = new();

    public override Task OnConnectedAsync()
    {
        var http = Context.GetHttpContext() ?? throw new HubException("The hub takes HTTP connections alone.");
        var reader = ActivatorUtilities.CreateInstance<HubSubscriber>(
            services, Context, hub.Clients.Client(Context.ConnectionId), http.Features.Get<HubKeepAlive>() ?? HubKeepAlive.OfOtherTransports(services), LiveAccess.Of(http));
        Context.Items[s_reader] = reader;
        Context.Items[s_membership] = subscribers.Add(reader);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items.TryGetValue(s_membership, out var membership)) ((IDisposable)membership!).Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Begins a stream of its own, also for a client that has one already.</summary>
    /// <returns>Everything as it stands; what changes comes after it.</returns>
    public async Task<LiveFrame> Subscribe()
    {
        await feed.ReadyAsync(Context.ConnectionAborted);
        return ((HubSubscriber)Context.Items[s_reader]!).Begin();
    }
}
