namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary><c>ControlPlane:Silo:Tls</c>: PEM files, all three or none.</summary>
internal sealed class NodeTlsOptions
{
    public string? CertificateFile { get; set; }

    public string? KeyFile { get; set; }

    public string? CaFile { get; set; }
}
