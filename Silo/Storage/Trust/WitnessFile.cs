using System.Text.Json;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Silo.Storage.Trust;

/// <summary>The node's knowledge of the store as a small JSON file, put in place whole.</summary>
internal sealed class WitnessFile(string path) : IWitnessFile
{
    public const string Name = "store.witness";

    public NodeWitness? Read() => File.Exists(path) || Directory.Exists(path)
        ? JsonSerializer.Deserialize<NodeWitness>(File.ReadAllBytes(path)) ?? throw new InvalidDataException("The file is empty.")
        : null;

    public void Write(NodeWitness witness, bool durably)
    {
        OwnerFolder.Create(Path.GetDirectoryName(path)!);
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", how))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(witness));
            file.Flush(flushToDisk: durably);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
