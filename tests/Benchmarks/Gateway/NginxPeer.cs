using System.Diagnostics;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>The other peer: nginx with one worker that sets the same headers, and keeps its connections.</summary>
internal sealed class NginxPeer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private NginxPeer(DirectoryInfo folder, Process process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    /// <summary>Null where it is not installed.</summary>
    public static async Task<NginxPeer?> StartAsync(int upstream, CancellationToken cancellationToken)
    {
        if (!File.Exists(Program)) return null;
        var folder = Directory.CreateTempSubdirectory("bench-nginx-");
        string In(string name) => Path.Combine(folder.FullName, name);
        var port = Ports.Free();
        await File.WriteAllTextAsync(
            In("nginx.conf"),
            $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            daemon off;
            pid {{In("pid")}};
            events { worker_connections 4096; }
            http {
                access_log off;
                client_body_temp_path {{In("body")}}; proxy_temp_path {{In("proxy")}}; fastcgi_temp_path {{In("fastcgi")}}; uwsgi_temp_path {{In("uwsgi")}}; scgi_temp_path {{In("scgi")}};
                upstream provider { server 127.0.0.1:{{upstream}}; keepalive 64; }
                server {
                    listen 127.0.0.1:{{port}};
                    keepalive_requests 1000000;
                    location / {
                        proxy_pass http://provider;
                        proxy_http_version 1.1;
                        proxy_buffering off;
                        proxy_set_header Connection "";
                        proxy_set_header Host 127.0.0.1:{{upstream}};
                        proxy_set_header Authorization "Token {{GatewayMode.Key}}";
                        proxy_set_header Accept-Encoding identity;
                    }
                }
            }
            """,
            cancellationToken);
        var process = Process.Start(new ProcessStartInfo(Program, ["-e", In("errors"), "-c", In("nginx.conf")]))!;
        await Task.Delay(500, cancellationToken);
        return new NginxPeer(folder, process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
