using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Testing.Proxy;

/// <summary>A real nginx that ends TLS in front of a program, on a free loopback port, with the locations it is given and its defaults for all else.</summary>
public sealed class Nginx : IAsyncDisposable
{
    /// <summary>The name that its certificate is for.</summary>
    public const string HostName = "control.example";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private Nginx(DirectoryInfo folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    private static string Program { get; } = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    /// <param name="locations">What stands within the <c>server</c> block.</param>
    public static async Task<Nginx> StartAsync(string locations)
    {
        var folder = Directory.CreateTempSubdirectory("nginx-");
        var port = FreePort();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={HostName}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string Path(string name) => System.IO.Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(Path("cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path("key.pem"), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path("nginx.conf"), $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            worker_shutdown_timeout 1s;
            pid {{Path("pid")}};
            events { }
            http {
                access_log off;
                client_body_temp_path {{Path("body")}}; proxy_temp_path {{Path("proxy")}}; fastcgi_temp_path {{Path("fastcgi")}}; uwsgi_temp_path {{Path("uwsgi")}}; scgi_temp_path {{Path("scgi")}};
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                server {
                    listen 127.0.0.1:{{port}} ssl;
                    server_name {{HostName}};
                    ssl_certificate {{Path("cert.pem")}};
                    ssl_certificate_key {{Path("key.pem")}};
                    {{locations}}
                }
            }
            """);
        var nginx = new Nginx(folder, Start(folder, "-g", "daemon off;"), port);
        try
        {
            await nginx.WaitAsync();
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads its settings anew, as an operator's reload does: connections that stay open are cut a second later.</summary>
    public async Task ReloadAsync()
    {
        using var reload = Start(_folder, "-s", "reload");
        await reload.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var stop = Start(_folder, "-s", "stop")) await stop.WaitForExitAsync();
            await _process.WaitForExitAsync().WaitAsync(s_timeout);
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process Start(DirectoryInfo folder, params string[] arguments)
    {
        var at = folder.FullName;
        return Process.Start(new ProcessStartInfo(Program, ["-p", at, "-c", System.IO.Path.Combine(at, "nginx.conf"), "-e", System.IO.Path.Combine(at, "error.log"), .. arguments]))!;
    }

    private async Task WaitAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!_process.HasExited && waited.Elapsed < s_timeout)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException("nginx did not come to accept connections: " + await File.ReadAllTextAsync(System.IO.Path.Combine(_folder.FullName, "error.log")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
