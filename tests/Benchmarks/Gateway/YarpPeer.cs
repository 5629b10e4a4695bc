using System.Net;
using ControlPlane.Benchmarks.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>The peer: the same forwarder with a transform that puts a key in, and nothing else, in a process of its own.</summary>
internal static class YarpPeer
{
    public const string Worker = "gateway-yarp";

    /// <summary>Arguments: its port, and that of what is behind it.</summary>
    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
        builder.Services.AddHttpForwarder();
        await using var app = builder.Build();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null, EnableMultipleHttp2Connections = true,
        });
        var transformer = new Keyed();
        var upstream = $"http://127.0.0.1:{args[1]}";
        app.Run(async context => await forwarder.SendAsync(context, upstream, invoker, ForwarderRequestConfig.Empty, transformer));
        await app.StartAsync();
        await WorkerProcess.AnswerAsync(_ => Task.FromResult<object>(true));
    }

    private sealed class Keyed : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Remove("Authorization");
            proxyRequest.Headers.TryAddWithoutValidation("Authorization", "Token " + GatewayMode.Key);
            proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
            proxyRequest.Headers.Host = null;
        }
    }
}
