using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Services;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>The address of a server that does not speak HTTP, as its variable writes it.</summary>
internal static class ServiceAddress
{
    /// <summary>Null for a provider over HTTP.</summary>
    public static ServiceForm? FormOf(VerifyTarget target) => target.Access.Verify is { } verify ? VerifyKinds.Services.GetValueOrDefault(verify.Kind) : null;

    /// <summary>Host and port alone: what else stands in the address may be secret.</summary>
    /// <exception cref="VerifyFaultException">It can't be read, or nothing may be sent there.</exception>
    public static BaseAddress Base(ServiceForm form, VerifyTarget target, TemplateValues values)
    {
        var own = Written(form, target, values, out var variable);
        var called = target.BaseUrlOverride ?? own;
        var address = new Uri($"{own.Scheme}://{called.Host}:{(called.IsDefaultPort || called.Port < 0 ? PortOf(form, target, values) : called.Port)}");
        var kind = BaseAddress.KindOf(address, target);

        // Mail and database servers are asked for TLS on the open connection; a scheme without TLS alone is refused outside.
        var isEncrypted = form.TlsSchemes.Contains(own.Scheme) || target.Access.Verify!.Kind != "redis";
        BaseAddress.Refuse(address, kind, variable, isEncrypted);
        return new BaseAddress(address, address, new Reach(kind, target.CertificateSha256));
    }

    /// <exception cref="VerifyFaultException">It can't be read, or nothing may be sent there.</exception>
    public static ServicePlace Place(VerifyTarget target, VerifyDefinition verify, TemplateValues values)
    {
        var form = VerifyKinds.Services[verify.Kind];
        var address = Base(form, target, values);
        var own = Written(form, target, values, out var variable);
        var user = own.UserInfo.Split(':', 2);
        return new ServicePlace
        {
            Host = address.Target.Host.Trim('[', ']'),
            Port = address.Target.Port,
            Reach = address.Reach,
            BeginsWithTls = form.TlsSchemes.Contains(own.Scheme) || (verify.Kind == "smtp" && address.Target.Port == ServicePlace.MailOverTls),
            Username = Find(verify.Service?.Username, values) ?? Part(user[0]),
            Password = Find(verify.Service?.Password, values) ?? (user.Length > 1 ? Part(user[1]) : null),
            Name = Part(own.AbsolutePath.Trim('/')),
            Query = own.Query,
            Variable = variable,
        };
    }

    private static Uri Written(ServiceForm form, VerifyTarget target, TemplateValues values, out string variable)
    {
        variable = Template.Whole(target.Provider.BaseUrl)!;
        var text = (values.Find(variable) ?? "").Trim();
        if (!text.Contains("://", StringComparison.Ordinal)) text = $"{form.Schemes[0]}://{text}";
        var isAddress = Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0 && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character));
        if (!isAddress) throw VerifyFaultException.Malformed(variable);

        // SQLAlchemy and its like name their driver behind a plus sign.
        var scheme = address!.Scheme.Split('+')[0];
        if (!form.Schemes.Contains(scheme) && !form.TlsSchemes.Contains(scheme)) throw VerifyFaultException.Malformed(variable);
        return scheme == address.Scheme ? address : new Uri(scheme + text[address.Scheme.Length..]);
    }

    private static int PortOf(ServiceForm form, VerifyTarget target, TemplateValues values)
    {
        if (target.Access.Verify!.Service?.Port is not { } port) return form.Port;
        return int.TryParse(values.Find(Template.Whole(port)!), out var number) && number is > 0 and < 65_536 ? number : throw VerifyFaultException.Malformed(Template.Whole(port));
    }

    private static string? Find(string? template, TemplateValues values) => template is null ? null : values.Find(Template.Whole(template)!);

    private static string? Part(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);
}
