using ControlPlane.Api.Audit;
using ControlPlane.Api.Security;
using MessagePack;
using MessagePack.Resolvers;

namespace ControlPlane.Api.Live.Hub;

/// <summary>The hub's address and what its connections may do.</summary>
internal static class HubEndpoints
{
    public const string Route = "/hubs/status";

    /// <summary>Longest message that a client may send: it has one method, without arguments.</summary>
    private const int MaxMessageBytes = 4 * 1024;

    /// <summary>Bytes that wait for a slow reader before its pump does.</summary>
    private const int MaxBufferedBytes = 32 * 1024;

    public static void AddStatusHub(this IServiceCollection services) => services
        .AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = MaxMessageBytes;
            options.StatefulReconnectBufferSize = MaxBufferedBytes;
            options.KeepAliveInterval = TimeSpan.FromSeconds(5);
        })
        .AddJsonProtocol(options => options.PayloadSerializerOptions.Converters.Add(new LiveFrameJson()))
        .AddMessagePackProtocol(options => options.SerializerOptions = MessagePackSerializerOptions.Standard
            .WithResolver(CompositeResolver.Create([new LiveFrameMessagePack()], [StandardResolver.Instance]))
            .WithSecurity(MessagePackSecurity.UntrustedData));

    public static void MapStatusHub(this IEndpointRouteBuilder routes) => routes
        .MapHub<StatusHub>(Route, options =>
        {
            options.AllowStatefulReconnects = true;
            options.ApplicationMaxBufferSize = MaxBufferedBytes;
            options.TransportMaxBufferSize = MaxBufferedBytes;
        })
        .RequireAuthorization(Roles.Viewer)
        .NotAudited("opens a connection that only reads");
}
