using System.Text.Json;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Dashboard.Feed;

/// <summary>The hub over a WebSocket of the page's own origin, with the session's cookie.</summary>
internal sealed class HubTransport(NavigationManager navigation) : IFeedTransport
{
    private const string Route = "hubs/status";

    // Beats come every second; a connection that is silent this long is dead, whatever the socket says.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(5);

    public async Task<IFeedConnection> OpenAsync(IFeedReceiver receiver, CancellationToken cancellationToken)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(navigation.ToAbsoluteUri(Route), HttpTransportType.WebSockets, static options => options.SkipNegotiation = true)
            .AddJsonProtocol(static options => ControlPlaneJson.Configure(options.PayloadSerializerOptions))
            .WithServerTimeout(s_silence)
            .Build();
        hub.HandshakeTimeout = s_handshake;
        hub.On<HubSystem>("system", receiver.Take);
        hub.On<HubIntegration>("integration", receiver.Take);
        hub.On<HubBot>("bot", receiver.Take);
        hub.On<HubUsage>("usage", receiver.Take);
        hub.On<HubHeartbeat>("beat", receiver.Take);
        var connection = new Connection(hub);
        try
        {
            await hub.StartAsync(cancellationToken);
            return connection;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            await connection.DisposeAsync();
            throw new FeedUnreachableException("The hub did not answer.", exception);
        }
    }

    private sealed class Connection : IFeedConnection
    {
        private readonly HubConnection _hub;
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Connection(HubConnection hub)
        {
            _hub = hub;
            hub.Closed += _ =>
            {
                _lost.TrySetResult();
                return Task.CompletedTask;
            };
        }

        public Task Lost => _lost.Task;

        public async Task<HubSnapshot> SubscribeAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await _hub.InvokeAsync<HubSnapshot>("Subscribe", cancellationToken);
            }
            catch (Exception exception) when (exception is InvalidOperationException or HubException or IOException or JsonException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new FeedUnreachableException("The hub did not give a snapshot.", exception);
            }
        }

        public ValueTask DisposeAsync() => _hub.DisposeAsync();
    }
}
