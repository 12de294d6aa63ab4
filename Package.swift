// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

// MARK: - C libraries

func cLibrary(_ name: String, _ pkgConfig: String? = nil, _ package: String? = nil) -> Target {
  .systemLibrary(
    name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig,
    providers: package.map { [.apt([$0])] })
}

let cLibraries: [Target] = [
  cLibrary("COpenBLAS", "openblas", "libopenblas-dev"),
  cLibrary("CLAPACKE", "lapacke", "liblapacke-dev"),
  cLibrary("CHDF5", "hdf5-serial", "libhdf5-dev"),
  cLibrary("CZlib", "zlib", "zlib1g-dev"),
  cLibrary("CFileSystem"),
]

// MARK: - Libraries, in dependency order: each depends only on what stands above it

func library(
  _ floor: String, _ name: String, _ dependencies: [Target.Dependency] = [],
  exclude: [String] = [], also settings: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", exclude: exclude,
    swiftSettings: strict + settings)
}

/// What knows no language model.
let ground: [Target] = [
  library("Ground", "Failures"),
  library("Ground", "OrderedJSON"),
  library("Ground", "RandomNumbers"),
  library("Ground", "TextPatterns"),
  library(
    "Ground", "LinearAlgebra", ["COpenBLAS", "CLAPACKE", "Failures", "RandomNumbers"],
    exclude: ["README.md"], also: [.enableExperimentalFeature("Lifetimes")]),
  library("Ground", "HDF5", ["Failures", "CHDF5", "CZlib", "LinearAlgebra"]),
]

/// From a checkpoint to a recovered model and its scores.
let pipeline: [Target] = [
  library(
    "Pipeline", "Checkpoints",
    ["Failures", "LinearAlgebra", "OrderedJSON", "TextPatterns", crypto]),
  library("Pipeline", "Tokenization", ["Failures", "OrderedJSON", "TextPatterns"]),
  library("Pipeline", "ChatTemplates", ["Failures", "OrderedJSON", "Tokenization"]),
  library("Pipeline", "Examples", ["Failures", "OrderedJSON", "Tokenization", "ChatTemplates"]),
  library(
    "Pipeline", "Transformer", ["Failures", "LinearAlgebra", "Checkpoints", "OrderedJSON"],
    exclude: ["README.md"]),
  library("Pipeline", "SafetyGradients", ["Failures", "LinearAlgebra", "HDF5", "Transformer"]),
  library(
    "Pipeline", "Spectra",
    ["Failures", "OrderedJSON", "LinearAlgebra", "HDF5", "SafetyGradients"]),
  library(
    "Pipeline", "Recovery",
    [
      "Failures", "OrderedJSON", "RandomNumbers", "LinearAlgebra", "Checkpoints", "Transformer",
      "SafetyGradients", "Spectra",
    ]),
  library("Pipeline", "Evaluation", ["Failures", "OrderedJSON", "RandomNumbers"]),
  library(
    "Pipeline", "Verification",
    [
      "Failures", "LinearAlgebra", "Checkpoints", "OrderedJSON", "RandomNumbers", "Transformer",
    ]),
  library(
    "Pipeline", "CommandSupport",
    [
      "Failures", "OrderedJSON", "LinearAlgebra", "Checkpoints", "Tokenization", "ChatTemplates",
      "CFileSystem", "Examples", "HDF5", "Transformer", "SafetyGradients", "Recovery", crypto,
      argumentParser,
    ]),
]

// MARK: - Tools, one folder a verb

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: ["CommandSupport", argumentParser] + dependencies,
    path: "Sources/Tools/\(name)", swiftSettings: strict)
}

let tools: [Target] = [
  tool(
    "compute-gradients",
    ["Examples", "Failures", "LinearAlgebra", "OrderedJSON", "SafetyGradients", "Transformer"]),
  tool("decompose-gradients", ["Failures", "OrderedJSON", "SafetyGradients", "Spectra"]),
  tool("fine-tune", ["Failures", "OrderedJSON", "Recovery"]),
  tool(
    "recover-safety",
    ["Examples", "Failures", "OrderedJSON", "Recovery", "Spectra", "Transformer"]),
  tool(
    "evaluate-safety",
    ["ChatTemplates", "Evaluation", "Examples", "OrderedJSON", "Tokenization", "Transformer"]),
  tool(
    "inspect-model",
    [
      "ChatTemplates", "Checkpoints", "Examples", "Failures", "LinearAlgebra", "OrderedJSON",
      "Tokenization", "Transformer", "Verification",
    ]),
  tool("check-parity", ["OrderedJSON", "Verification"]),
  tool("export-spectra", ["OrderedJSON", "Spectra"]),
  tool(
    "measure-speed",
    [
      "ChatTemplates", "Examples", "LinearAlgebra", "OrderedJSON", "Recovery", "Tokenization",
      "Transformer",
    ]),
]

// MARK: - Tests

let tests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: ["LinearAlgebra", "Checkpoints", "OrderedJSON", "Transformer"],
    path: "Tests/TestSupport"),
  .testTarget(name: "OrderedJSONTests", dependencies: ["OrderedJSON", "TestSupport"]),
  .testTarget(
    name: "LinearAlgebraTests",
    dependencies: ["COpenBLAS", "LinearAlgebra", "Failures", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "CheckpointsTests",
    dependencies: [
      "Checkpoints", "Failures", "LinearAlgebra", "OrderedJSON",
      crypto, "TestSupport",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "HDF5Tests", dependencies: ["HDF5", "Failures", "LinearAlgebra", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "TokenizationTests",
    dependencies: ["OrderedJSON", "TextPatterns", "Tokenization", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "ChatTemplatesTests", dependencies: ["ChatTemplates", "OrderedJSON", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "ExamplesTests",
    dependencies: ["Examples", "ChatTemplates", "Failures", "OrderedJSON", "TestSupport"]),
  .testTarget(
    name: "TransformerTests",
    dependencies: ["Checkpoints", "LinearAlgebra", "OrderedJSON", "Transformer", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "SafetyGradientsTests",
    dependencies: [
      "ChatTemplates", "Checkpoints", "Examples", "Failures", "HDF5", "LinearAlgebra",
      "OrderedJSON", "SafetyGradients", "TestSupport", "Transformer",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "SpectraTests",
    dependencies: [
      "Spectra", "Failures", "HDF5", "LinearAlgebra", "OrderedJSON", "SafetyGradients",
      "TestSupport",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "RecoveryTests",
    dependencies: [
      "Checkpoints", "LinearAlgebra", "OrderedJSON", "Recovery", "SafetyGradients",
      "Spectra", "TestSupport", "Transformer",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "VerificationTests",
    dependencies: [
      "ChatTemplates", "Checkpoints", "LinearAlgebra", "OrderedJSON", "TestSupport",
      "Tokenization", "Transformer", "Verification",
    ],
    exclude: ["Resources"]),
  .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "OrderedJSON"]),
  .testTarget(
    name: "CommandTests",
    dependencies: [
      "CommandSupport", "Failures", "OrderedJSON", "TestSupport", "staged-output-probe",
    ],
    exclude: ["Resources"]),
  .executableTarget(
    name: "staged-output-probe",
    dependencies: [
      "Checkpoints", "CommandSupport", "LinearAlgebra", "OrderedJSON", argumentParser,
    ],
    path: "Tests/StagedOutputProbe"),
]

let package = Package(
  name: "suture",
  products: (ground + pipeline).map { .library(name: $0.name, targets: [$0.name]) },
  // Exact, because Package.resolved is not in the repository.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: cLibraries + ground + pipeline + tools + tests
)
