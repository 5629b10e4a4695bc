using System.Net;
using ControlPlane.ProviderSimulator.Control;
using ControlPlane.ProviderSimulator.Faults;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;
using ControlPlane.ProviderSimulator.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ControlPlane.ProviderSimulator;

/// <summary>Puts the web application together; it reads no configuration, so that the environment of a test does not reach it.</summary>
internal static class SimulatorServer
{
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1);

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
            new CredentialJudge(state.Keys, options.Time),
            new RequestRecorder(state.Requests, options.Time, state.Scripts),
            app.Lifetime);
        new ControlEndpoints(state).Map(app, () => certificates?.Authority.ExportCertificatePem());
        app.Map(ProviderEndpoint.TrapPrefix + "{provider}", (HttpContext context, string provider) => endpoint.TrapAsync(context, provider));
        app.MapFallback("{**path}", endpoint.HandleAsync);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, SimulatorOptions options, RuntimeCertificates? certificates)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinResponseDataRate = null;

        // Resets and slow headers are played on HTTP/1.1.
        kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(IPAddress.Loopback, options.Port);
        if (certificates is null || options.TlsPort is not { } port)
            return;
        for (var i = 0; i < TlsFaults.Length; i++)
        {
            var certificate = certificates[TlsFaults[i]];
            kestrel.Listen(IPAddress.Loopback, port == 0 ? 0 : port + i, listen => listen.UseHttps(certificate));
        }
    }
}
