// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let collections: Target.Dependency = .product(
  name: "OrderedCollections", package: "swift-collections")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

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
  cLibrary("CProcess"),
]

// MARK: - Libraries, in dependency order: each depends only on what stands above it

func library(
  _ floor: String, _ name: String, _ dependencies: [Target.Dependency] = [],
  without files: [String] = [], also settings: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)",
    exclude: ["README.md"] + files, swiftSettings: strict + settings)
}

/// What knows no language model.
let ground: [Target] = [
  library("Ground", "Failures"),
  library("Ground", "Files", ["CFileSystem", "Failures", crypto, system]),
  library("Ground", "OrderedJSON"),
  library("Ground", "RandomNumbers"),
  library("Ground", "Statistics", ["RandomNumbers"]),
  library("Ground", "TextPatterns", without: ["generate-tables.py"]),
  library("Ground", "Jinja", ["Failures", "OrderedJSON"]),
  library(
    "Ground", "LinearAlgebra", ["COpenBLAS", "CLAPACKE", "Failures", "RandomNumbers"],
    also: [.enableExperimentalFeature("Lifetimes")]),
  library("Ground", "HDF5", ["CHDF5", "CZlib", "Failures", "Files", "LinearAlgebra", system]),
]

/// From a checkpoint to a recovered model and its scores.
let pipeline: [Target] = [
  library("Pipeline", "ModelFiles"),
  library(
    "Pipeline", "Checkpoints",
    [
      "Failures", "Files", "LinearAlgebra", "ModelFiles", "OrderedJSON", "TextPatterns",
      collections,
    ]),
  library("Pipeline", "Tokens"),
  library(
    "Pipeline", "Tokenization",
    ["Failures", "ModelFiles", "OrderedJSON", "TextPatterns", "Tokens"]),
  library(
    "Pipeline", "Conversations",
    ["Failures", "Files", "Jinja", "ModelFiles", "OrderedJSON", "Tokenization", "Tokens", system]),
  library(
    "Pipeline", "Transformer",
    ["Failures", "Files", "LinearAlgebra", "Checkpoints", "OrderedJSON", "Tokens", collections]),
  library("Pipeline", "ResultFiles", ["HDF5", "OrderedJSON"]),
  library(
    "Pipeline", "SafetyGradients",
    [
      "Failures", "HDF5", "LinearAlgebra", "RandomNumbers", "ResultFiles", "Tokens", "Transformer",
      collections,
    ]),
  library(
    "Pipeline", "Spectra",
    [
      "Checkpoints", "Failures", "LinearAlgebra", "HDF5", "ResultFiles", "SafetyGradients",
      "Tokens",
    ]),
  library(
    "Pipeline", "Export",
    [
      "Failures", "Files", "OrderedJSON", "LinearAlgebra", "HDF5", "ResultFiles", "SafetyGradients",
      "Spectra", collections, system,
    ]),
  library(
    "Pipeline", "Recovery",
    [
      "Failures", "OrderedJSON", "RandomNumbers", "LinearAlgebra", "Checkpoints", "Tokens",
      "Transformer", "ResultFiles", "SafetyGradients", "Spectra", collections,
    ]),
  library(
    "Pipeline", "Selection",
    [
      "Failures", "LinearAlgebra", "OrderedJSON", "Recovery", "Statistics", "Tokens", "Transformer",
      collections,
    ]),
  library(
    "Pipeline", "Evaluation",
    ["Failures", "Files", "OrderedJSON", "Statistics", "Conversations", "Tokens"]),
  library(
    "Pipeline", "Endpoint",
    [
      "Conversations", "Evaluation", "Failures", "Files", "OrderedJSON", httpClient,
      nio("NIOConcurrencyHelpers"),
      nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"), system,
    ]),
  library(
    "Pipeline", "Judging",
    [
      "Conversations", "Endpoint", "Evaluation", "Failures", "Files", "Jinja", "OrderedJSON",
      "Tokenization", "Tokens", "Transformer",
    ]),
  library(
    "Pipeline", "Verification",
    [
      "Failures", "LinearAlgebra", "Checkpoints", "OrderedJSON", "RandomNumbers", "Tokens",
      collections,
      "Transformer",
    ]),
  library(
    "Pipeline", "ModelLoading",
    [
      "Checkpoints", "Conversations", "Evaluation", "Failures", "Files", "Jinja", "LinearAlgebra",
      "ModelFiles", "OrderedJSON", "Recovery", "ResultFiles", "Tokenization", "Tokens",
      "Transformer", collections,
    ]),
  library(
    "Pipeline", "Comparison",
    [
      "Checkpoints", "Failures", "HDF5", "LinearAlgebra", "ModelLoading", "OrderedJSON",
      "RandomNumbers", "ResultFiles", "SafetyGradients", "Spectra", "Transformer",
    ]),
  library(
    "Pipeline", "Sweeps",
    [
      "CProcess", "Checkpoints", "Failures", "Files", "HDF5", "OrderedJSON", "ResultFiles",
      "Transformer", system, yams,
    ]),
  library(
    "Pipeline", "Claims",
    [
      "Evaluation", "Failures", "Files", "HDF5", "LinearAlgebra", "OrderedJSON", "RandomNumbers",
      "ResultFiles", "Spectra", "Statistics", "Sweeps",
    ]),
]

// MARK: - Tools, one folder a verb

let commandSupport = library(
  "Tools", "CommandSupport",
  [
    "CProcess", "Checkpoints", "Conversations", "Evaluation", "Failures", "Files", "HDF5",
    "LinearAlgebra", "ModelFiles", "ModelLoading", "OrderedJSON", "RandomNumbers", "Recovery",
    "ResultFiles",
    "Tokenization", "Tokens", "Transformer", system, argumentParser,
  ])

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: ["CommandSupport", argumentParser] + dependencies,
    path: "Sources/Tools/\(name)", swiftSettings: strict)
}

let tools: [Target] = [
  commandSupport,
  tool(
    "compute-gradients",
    [
      "Conversations", "Failures", "LinearAlgebra", "ModelLoading", "OrderedJSON", "ResultFiles",
      "SafetyGradients", "Spectra", "Tokenization", "Tokens", "Transformer",
    ]),
  tool(
    "decompose-gradients",
    [
      "Checkpoints", "Failures", "Files", "OrderedJSON", "ResultFiles", "SafetyGradients",
      "Spectra",
    ]),
  tool("compare-subspaces", ["Comparison", "LinearAlgebra", "ModelLoading", "OrderedJSON"]),
  tool(
    "fine-tune",
    [
      "Checkpoints", "Conversations", "Failures", "Files", "ModelLoading", "OrderedJSON",
      "Recovery",
      "ResultFiles", "Tokens", "Transformer",
    ]),
  tool(
    "recover-safety",
    [
      "Conversations", "Evaluation", "Failures", "Files", "ModelLoading", "OrderedJSON", "Recovery",
      "ResultFiles", "Spectra", "Tokens", "Transformer", collections,
    ]),
  tool(
    "evaluate-safety",
    [
      "Checkpoints", "Conversations", "Endpoint", "Evaluation", "Failures", "Files", "Judging",
      "ModelFiles", "ModelLoading", "OrderedJSON", "ResultFiles", "Tokenization", "Tokens",
      "Transformer", system,
    ]),
  tool(
    "inspect-model",
    [
      "Checkpoints", "Conversations", "Failures", "Files", "LinearAlgebra", "ModelFiles",
      "ModelLoading", "OrderedJSON", "Tokenization", "Tokens", "Transformer", "Verification",
    ]),
  tool(
    "select-example",
    [
      "Conversations", "Evaluation", "Failures", "Files", "ModelLoading", "OrderedJSON", "Recovery",
      "ResultFiles", "Selection", "Tokens", "Transformer",
    ]),
  tool(
    "sweep-ranks",
    ["Failures", "Files", "LinearAlgebra", "OrderedJSON", "Sweeps", "Transformer"]),
  tool("report-claims", ["Claims", "Files", "OrderedJSON", "ResultFiles"]),
  tool("check-parity", ["OrderedJSON", "Verification"]),
  tool("export-spectra", ["Export", "OrderedJSON"]),
  tool(
    "measure-speed",
    [
      "Conversations", "LinearAlgebra", "ModelLoading", "OrderedJSON", "RandomNumbers", "Recovery",
      "Tokens", "Transformer", collections,
    ]),
]

// MARK: - Tests

let tests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: [
      "LinearAlgebra", "Checkpoints", "OrderedJSON", "RandomNumbers", "ResultFiles", "Spectra",
      "Transformer",
    ],
    path: "Tests/TestSupport"),
  .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport", system]),
  .testTarget(name: "OrderedJSONTests", dependencies: ["OrderedJSON", "TestSupport"]),
  .testTarget(
    name: "LinearAlgebraTests",
    dependencies: ["COpenBLAS", "LinearAlgebra", "Failures", "TestSupport"]),
  .testTarget(
    name: "CheckpointsTests",
    dependencies: [
      "Checkpoints", "Failures", "Files", "LinearAlgebra", "OrderedJSON",
      "RandomNumbers", crypto, system, "TestSupport",
    ]),
  .testTarget(
    name: "HDF5Tests",
    dependencies: ["HDF5", "Failures", "LinearAlgebra", "RandomNumbers", "TestSupport"]),
  .testTarget(
    name: "StatisticsTests",
    dependencies: ["OrderedJSON", "RandomNumbers", "Statistics", "TestSupport"]),
  .testTarget(
    name: "TokenizationTests",
    dependencies: ["OrderedJSON", "TextPatterns", "Tokenization", "Tokens", "TestSupport"]),
  .testTarget(
    name: "JinjaTests", dependencies: ["Failures", "Jinja", "OrderedJSON", "TestSupport"]),
  .testTarget(
    name: "ConversationsTests",
    dependencies: [
      "Conversations", "Failures", "Jinja", "OrderedJSON", "TestSupport", "Tokenization", "Tokens",
    ]),
  .testTarget(
    name: "TransformerTests",
    dependencies: [
      "Checkpoints", "LinearAlgebra", "OrderedJSON", "Tokens", "Transformer", "TestSupport",
      collections,
    ]),
  .testTarget(
    name: "SafetyGradientsTests",
    dependencies: [
      "Checkpoints", "Conversations", "Failures", "HDF5", "LinearAlgebra",
      "OrderedJSON", "ResultFiles", "SafetyGradients", "TestSupport", "Tokens", "Transformer",
    ]),
  .testTarget(
    name: "SpectraTests",
    dependencies: [
      "Spectra", "Failures", "HDF5", "LinearAlgebra", "ResultFiles", "SafetyGradients",
      "TestSupport", "Tokens",
    ]),
  .testTarget(
    name: "ComparisonTests",
    dependencies: [
      "Comparison", "Failures", "HDF5", "LinearAlgebra", "OrderedJSON", "ResultFiles",
      "SafetyGradients", "Spectra", "TestSupport", "Tokens",
    ]),
  .testTarget(
    name: "ExportTests",
    dependencies: [
      "Export", "Failures", "HDF5", "LinearAlgebra", "OrderedJSON", "ResultFiles",
      "SafetyGradients", "Spectra", "TestSupport", "Tokens",
    ]),
  .testTarget(
    name: "RecoveryTests",
    dependencies: [
      "Checkpoints", "LinearAlgebra", "OrderedJSON", "Recovery", "ResultFiles", "Spectra",
      "TestSupport", "Tokens", "Transformer", collections,
    ]),
  .testTarget(
    name: "SelectionTests",
    dependencies: [
      "Checkpoints", "LinearAlgebra", "OrderedJSON", "Selection", "TestSupport", "Tokens",
      "Transformer",
    ]),
  .testTarget(
    name: "VerificationTests",
    dependencies: [
      "Checkpoints", "Conversations", "LinearAlgebra", "OrderedJSON", "TestSupport",
      "Tokenization", "Tokens", "Transformer", "Verification",
    ]),
  .testTarget(
    name: "EvaluationTests",
    dependencies: [
      "Conversations", "Evaluation", "OrderedJSON", "Statistics", "TestSupport", "Tokens",
    ]),
  .testTarget(
    name: "JudgingTests",
    dependencies: [
      "Conversations", "Endpoint", "Evaluation", "Failures", "Judging", "OrderedJSON",
      "TestSupport",
      "Tokenization", "Tokens",
    ]),
  .testTarget(
    name: "EndpointTests",
    dependencies: [
      "Endpoint", "Evaluation", "Failures", "OrderedJSON", "TestSupport", "chat-server",
    ]),
  .testTarget(
    name: "SweepsTests",
    dependencies: ["Failures", "Files", "OrderedJSON", "Sweeps", "TestSupport"]),
  .testTarget(
    name: "ClaimsTests",
    dependencies: [
      "Claims", "Failures", "HDF5", "OrderedJSON", "ResultFiles", "Spectra", "Statistics",
      "TestSupport",
    ]),
  .testTarget(
    name: "CommandTests",
    dependencies: [
      "Checkpoints", "CommandSupport", "Failures", "LinearAlgebra", "ModelLoading", "OrderedJSON",
      "ResultFiles", "SafetyGradients", "Spectra", "TestSupport", "chat-server",
      "staged-output-probe",
    ]),
  .executableTarget(
    name: "staged-output-probe",
    dependencies: [
      "Checkpoints", "CommandSupport", "Files", "LinearAlgebra", "OrderedJSON", argumentParser,
    ],
    path: "Tests/StagedOutputProbe"),
  .executableTarget(
    name: "chat-server",
    dependencies: [
      "OrderedJSON", .product(name: "FlyingFox", package: "FlyingFox"),
      .product(name: "FlyingSocks", package: "FlyingFox"),
    ],
    path: "Tests/ChatServer"),
]

let package = Package(
  name: "suture",
  products: (ground + pipeline + [commandSupport]).map {
    .library(name: $0.name, targets: [$0.name])
  },
  // Exact, because Package.resolved is not in the repository.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    // A server for tests.
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: cLibraries + ground + pipeline + tools + tests
)
