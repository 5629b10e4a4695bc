using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>A mail server that is not ours: Debian's python3-aiosmtpd, without rights of its own. It prints each mail that it took as one line of JSON.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string Python = "/usr/bin/python3";
    public const string User = "alerts";
    public const string Password = "canary-mail-password-0123456789";

    private const string Script = """
        import json, ssl, sys
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult, SMTP
        port, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("nobody@"): return "550 no such user"
                envelope.rcpt_tos.append(address)
                return "250 OK"
            async def handle_DATA(self, server, session, envelope):
                print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None, "data": envelope.content.decode()}), flush=True)
                return "250 taken"
        def check(server, session, envelope, mechanism, data):
            return AuthResult(success=data.login == b"alerts" and data.password == b"canary-mail-password-0123456789", handled=False)
        options = {}
        if certificate != "-":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            options = {"tls_context": context, "require_starttls": True, "authenticator": check, "auth_required": True}
        Controller(Handler(), hostname="127.0.0.1", port=port, **options).start()
        print("ready", flush=True)
        sys.stdin.read()
        """;

    private readonly Process _process;

    private MailServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static bool Installed => File.Exists(Python) && Run("import aiosmtpd");

    /// <param name="certificate">PEM files of certificate and key; null for a server without TLS and without sign-in.</param>
    public static async Task<MailServer> StartAsync((string Certificate, string Key)? certificate = null)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var process = Process.Start(new ProcessStartInfo(Python, ["-c", Script, $"{port}", certificate?.Certificate ?? "-", certificate?.Key ?? "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var server = new MailServer(process, port);
        Assert.Equal("ready", await server.ReadAsync());
        return server;
    }

    /// <summary>The next line that it prints.</summary>
    public async Task<string?> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _process.StandardOutput.ReadLineAsync(timeout.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(2_000)) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static bool Run(string code)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", code]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
