using System.Net;
using ControlPlane.ProviderSimulator.Control;
using ControlPlane.ProviderSimulator.Faults;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;
using ControlPlane.ProviderSimulator.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ControlPlane.ProviderSimulator;

/// <summary>Puts the web application together; it reads no configuration, so that the environment of a test does not reach it.</summary>
internal static class SimulatorServer
{
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1);

    private static readonly object s_root = new();

    /// <summary>In the order of their ports.</summary>
    public static readonly TlsFault[] TlsFaults = [TlsFault.Untrusted, TlsFault.Expired, TlsFault.WrongHost];

    public static WebApplication Build(SimulatorOptions options, SimulatorState state, RuntimeCertificates? certificates)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel => Listen(kestrel, options, certificates));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = StopWithin);
        if (options.LogToConsole)
        {
            builder.Logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        }

        var app = builder.Build();
        var endpoint = new ProviderEndpoint(
            state,
            new FaultPlayer(options),
            new CredentialEvaluator(state.Keys, options.Time),
            new RequestRecorder(state.Requests, options.Time, state.Scripts),
            app.Lifetime);
        app.Use(RootedAsync);
        app.UseRouting();
        new ControlEndpoints(state).Map(app, () => certificates?.Authority.ExportCertificatePem());
        app.Map(ProviderEndpoint.TrapPrefix + "{provider}", (HttpContext context, string provider) => endpoint.TrapAsync(context, provider));
        app.MapFallback("{**path}", endpoint.HandleAsync);
        return app;
    }

    /// <summary>Puts the provider of the listener in front of the path.</summary>
    private static Task RootedAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(s_root, out var provider) == true)
        {
            context.Request.Path = $"/{provider}{context.Request.Path}";
            var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
            request.RawTarget = $"/{provider}{request.RawTarget}";
        }

        return next(context);
    }

    private static void Listen(KestrelServerOptions kestrel, SimulatorOptions options, RuntimeCertificates? certificates)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinResponseDataRate = null;

        // Resets and slow headers are played on HTTP/1.1.
        kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(IPAddress.Loopback, options.Port);
        foreach (var (provider, rootPort) in options.Roots.OrderBy(static root => root.Key, StringComparer.Ordinal))
        {
            kestrel.Listen(IPAddress.Loopback, rootPort, listen => listen.Use(next => connection =>
            {
                connection.Items[s_root] = provider;
                return next(connection);
            }));
        }

        if (certificates is null || options.TlsPort is not { } port)
            return;
        for (var i = 0; i < TlsFaults.Length; i++)
        {
            var certificate = certificates[TlsFaults[i]];
            kestrel.Listen(IPAddress.Loopback, port == 0 ? 0 : port + i, listen => listen.UseHttps(certificate));
        }
    }
}
