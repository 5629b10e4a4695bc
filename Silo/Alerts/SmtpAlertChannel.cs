using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace ControlPlane.Silo.Alerts;

/// <summary>Mail. Its connections pass the same guard as those to providers; without TLS only to loopback that the setting names.</summary>
internal sealed class SmtpAlertChannel(IHostResolver resolver, ISecretSource secrets) : IAlertChannel
{
    /// <summary>Validates a server's certificate. Tests with self-signed servers replace it.</summary>
    internal Func<X509Certificate?, X509Chain?, SslPolicyErrors, bool> Trusts { get; init; } = static (certificate, chain, errors) => CertificateCheck.Check(certificate, chain, errors, pinned: null);

    private readonly GuardedConnector _public = new(resolver, static (_, address) => AddressGuard.IsPublic(address));
    private readonly GuardedConnector _loopback = new(resolver, static (_, address) => AddressGuard.IsLoopback(address));

    public bool Handles(string kind) => kind == "smtp";

    public async Task<AlertDelivery> SendAsync(AlertChannelOptions channel, AlertMessage message, CancellationToken cancellationToken)
    {
        string? password = null;
        if (channel.SecretVariable is { } variable)
        {
            password = secrets.Find(variable)?.Reveal();
            if (password is null) return AlertDelivery.Failed(AlertDeliveryCodes.SecretMissing);
        }

        try
        {
            using var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = (_, certificate, chain, errors) => Trusts(certificate, chain, errors) };
            var tls = channel.Tls switch { "none" => SecureSocketOptions.None, "implicit" => SecureSocketOptions.SslOnConnect, _ => SecureSocketOptions.StartTls };
            var port = channel.Port ?? (tls == SecureSocketOptions.SslOnConnect ? 465 : 587);
            var connector = AlertChannelRules.IsLoopback(channel.Host!) ? _loopback : _public;
            var stream = await connector.OpenAsync(channel.Host!, port, cancellationToken);
            await client.ConnectAsync(stream, channel.Host!, port, tls, cancellationToken);
            if (password is not null) await client.AuthenticateAsync(new NetworkCredential(channel.User, password), cancellationToken);
            await client.SendAsync(Mail(channel, message), cancellationToken);

            // It is accepted: what goes wrong from here on changes nothing.
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return AlertDelivery.Done();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return AlertDelivery.Failed(CodeOf(e));
        }
    }

    /// <summary>Mails of one alert lie in one thread, and one that comes twice has the same id.</summary>
    private static MimeMessage Mail(AlertChannelOptions channel, AlertMessage message)
    {
        var from = MailboxAddress.Parse(channel.From!);
        var mail = new MimeMessage { Subject = message.Headline, Date = message.SentAt, Body = new TextPart("plain") { Text = message.Link is null ? message.Text : $"{message.Text}\n\n{message.Link}" } };
        mail.From.Add(from);
        foreach (var to in channel.To!.Split(',', StringSplitOptions.TrimEntries)) mail.To.Add(MailboxAddress.Parse(to));
        var first = $"{message.Alert.AlertId}@control-plane.invalid";
        mail.MessageId = message.Event == AlertEvent.Opened ? first : $"{message.TraceId}.{first}";
        if (message.Event is not (AlertEvent.Opened or AlertEvent.Test))
        {
            mail.InReplyTo = first;
            mail.References.Add(first);
        }

        mail.Headers.Add("X-ControlPlane-Alert", message.Alert.AlertId);
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        if (message.Alert.Severity == AlertSeverity.Page && message.Event is AlertEvent.Opened or AlertEvent.Repeated or AlertEvent.Escalated) mail.Importance = MessageImportance.High;
        return mail;
    }

    private static string CodeOf(Exception exception) => exception switch
    {
        AuthenticationException or SmtpCommandException { StatusCode: SmtpStatusCode.AuthenticationRequired or SmtpStatusCode.AuthenticationInvalidCredentials } => AlertDeliveryCodes.SignInFailed,
        SmtpCommandException => AlertDeliveryCodes.Refused,
        NotSupportedException => AlertDeliveryCodes.TlsMissing,
        SslHandshakeException { InnerException: VerifyFaultException fault } => fault.Code,
        SslHandshakeException => VerifyCodes.TlsFailed,
        ProtocolException => AlertDeliveryCodes.UnexpectedAnswer,
        _ => FaultReader.CodeOf(exception, answered: false),
    };
}
