// An Orleans program that nobody invited: it knows the cluster's id, its port and its grains, and has no key of its own.
// Usage: ForeignChild silo|client PORT plain|tls. Prints JOINED and what it could do, or REFUSED.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;

const string Cluster = "control-plane";
var (way, port, tls) = (args[0], int.Parse(args[1]), args[2] == "tls");
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
if (way == "silo")
{
    builder.UseOrleans(silo =>
    {
        var own = 20_000 + Random.Shared.Next(20_000);
        silo.UseLocalhostClustering(own, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port), Cluster, Cluster);
        silo.Configure<ClusterMembershipOptions>(o => o.MaxJoinAttemptTime = TimeSpan.FromSeconds(8));
        if (tls) silo.UseTls(Strange);
    });
}
else
{
    builder.UseOrleansClient(client =>
    {
        client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, port));
        client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (Cluster, Cluster));
        if (tls) client.UseTls(Strange);
    });
}

using var host = builder.Build();
using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
try
{
    await host.StartAsync(limit.Token).WaitAsync(limit.Token);
    var gate = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ISystemGateGrain>(0);
    var kill = await gate.Kill("taken over", Caller.System(new string('a', 32))).WaitAsync(limit.Token);
    Console.WriteLine($"JOINED {kill.Engaged}");
    Environment.Exit(0);
}
catch (Exception e)
{
    Console.WriteLine($"REFUSED {e.GetType().Name}");
    Environment.Exit(3);
}

static void Strange(TlsOptions options)
{
    using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    using var own = new CertificateRequest("CN=control-plane", pair, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddYears(1));
    options.LocalCertificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
    options.RemoteCertificateMode = RemoteCertificateMode.AllowCertificate;
    options.ClientCertificateMode = RemoteCertificateMode.AllowCertificate;
    options.AllowAnyRemoteCertificate();
    options.OnAuthenticateAsClient = (_, ssl) => ssl.TargetHost = "control-plane";
}
